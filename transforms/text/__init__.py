"""What every finder reads with: characters, numbers, sentences, words, patterns of words, and spans of the raw text."""
