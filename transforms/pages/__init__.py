"""Read the raw text of a newspaper page: blocks with their roles, articles, repaired paragraphs, and what was repaired.

How a page is read, in the order in which ``reading.read_page`` does it. Each step is a module, small enough to be read alone:

1. ``blocks``       Cut the text at line breaks. Nothing but white space lies between blocks, and each block keeps what came before it.
2. ``shapes``       Look at each block by itself: how long it is, how it ends, whether it opens with a dateline, reads like a byline, a
                    credit, a notice, an advert. The words that give a block away are data (``data/page_words.tsv``); what lines
                    at the top and the bottom hold of paper, date and page number is told by ``transforms.dating``.
3. ``repeats``      Find blocks that say again what another block says: exactly, with a cut head, or with a character changed.
4. ``seams``        Ask of every sentence that is broken off where it goes on. All that speaks for a pair of blocks is added up as
                    logarithms of odds: how likely characters follow each other and begin a sentence (``language``, a model of
                    n-grams), whether a word would be torn (``words``), a quote be closed, what the page prints elsewhere. The next
                    block is the likeliest before anything is seen; one that stands apart has to fit much better.
5. ``cohesion``     Ask of every paragraph what speaks for an article beginning there: what it shares with those before, gaps,
                    credits and dates before it, a place and a day at its beginning.
6. ``roles``        Choose the likeliest sequence of roles by dynamic programming over two tables of points: what a block looks like,
                    and what follows what. A headline, or an untitled lead, begins an article.
7. ``assembly``     Lay the paragraphs of each article end to end and write down every step of repair as an edit. ``bylines`` reads
                    reporters, photographers, agency and dateline; ``loss`` says where text is missing.

``corrections`` are what reviewers decided about a page: they stand above what the steps find, and are edits too. ``rebuild`` gives the
raw text back from the blocks. Nothing is invented and nothing dropped: what is in no article has a role that says why.

Where to look when a page is read wrongly: print the blocks with their roles; a wrong role or border is a question of points
(``roles``, ``cohesion``), a wrong join of odds (``seams``), a word that is not known of ``data/page_words.tsv``.
``python -m tests.bench.pages --errors`` measures all of it.
"""

from transforms.pages.reading import read_page

__all__ = ["read_page"]
