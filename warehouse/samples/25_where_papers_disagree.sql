-- Where do two reports give different figures?
-- 哪些报道的数字有出入？
SELECT of, text, other_text, paper, other_paper, sentence, other_sentence, article_id, spans
FROM disagreements
LIMIT 50;
