"""Read the raw text of a newspaper page: blocks with their roles, articles, repaired paragraphs, and what was repaired.

How a page is read, in the order in which ``reading.read_page`` does it. Each step is a module, small enough to be read alone:

1. ``physical_form``    What an extractor put into the text (tags, spaces between characters, names of fields, characters printed twice), and
                        whether its lines are wrapped: decided once, from the page as a whole.
   ``columns``          Columns that stand side by side are told apart, and read one after the other.
2. ``blocks``           Cut the text at line breaks. Nothing but white space lies between blocks, and each block keeps what came before it.
3. ``unwrapping``       Lines of a wrapped page are put together again: a learned model tells which line goes on in the next.
4. ``block_features``   Look at each line by itself: a table of rules over words that are data (``data/page_words.tsv``).
5. ``duplicate_blocks`` Find lines that say again what another says: exactly, with a cut head, or with a character changed.
6. ``joins``            Ask of every sentence that is broken off where it goes on, by how likely characters follow each other (``language``, a
                        model of n-grams), whether a word would be torn (``words``), a quote be closed, what the page prints elsewhere.
7. ``roles``            What each paragraph is and where articles begin: the likeliest sequence of labels of a learned linear-chain model
                        (``linear_chain``), with what a line shares with those before and after it (``article_boundaries``).
8. ``assembly``         Lay the paragraphs of each article end to end and write down every step of repair as an edit. ``truncation`` says where
                        text is missing.

``corrections`` are what reviewers decided about a page: they stand above what the steps find, and are edits too. ``rebuild`` gives the
raw text back from the blocks. Nothing is invented and nothing dropped: what is in no article has a role that says why.

Where to look when a page is read wrongly: print the blocks with their roles. A line that shows the wrong thing is a question of
``block_features``, a wrong role or border one of the weights, which ``python -m tests.bench.train_pages`` learns from printed pages, a wrong
join one of odds. ``python -m tests.bench.pages --errors`` and ``python -m tests.bench.page_forms`` measure all of it.
"""

from transforms.pages.reading import read_page

__all__ = ["read_page"]
