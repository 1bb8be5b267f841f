-- Who said what about whom?
-- 谁对谁说了什么？
SELECT speaker, verb, text, about_kind, about, is_in_quote, published_on, headline, article_id, spans
FROM quotes_about
ORDER BY about_kind, about, quote_id
LIMIT 50;
