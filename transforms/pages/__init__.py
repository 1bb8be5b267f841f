"""Read the raw text of a newspaper page: blocks with their roles, articles, repaired paragraphs, and what was repaired.

A page is read in five steps, each in its own module, each small enough to be read alone:

1. ``blocks``    cut the text at line breaks; nothing but white space lies between blocks.
2. ``shapes``    look at each block by itself: how long it is, how it ends, whether it opens with a dateline, reads like a
                 byline, a credit, a masthead. The words that it looks for are data (``transforms/data/page_words.tsv``).
3. ``repeats``   find blocks that say again what another block says: exactly, with a cut head, or with a character changed.
4. ``seams``     ask of every sentence that is broken off where it goes on. A character model (``language``) says how well
                 the first characters of one block follow the last of another, and whether a block can begin a sentence.
5. ``roles``     choose the likeliest sequence of roles by dynamic programming; a headline or an untitled lead begins an article.

``assembly`` then lays the paragraphs of each article end to end and writes down every step as an edit; ``bylines`` reads
reporters, photographers, agency and dateline.
"""

from transforms.pages.reading import read_page

__all__ = ["read_page"]
