-- Which articles speak of projects or meetings? (any words; add paper, since, until, person)
-- 哪些文章讲到项目或会议？
SELECT published_on, headline, round(score, 2) AS score, snippet, article_id
FROM search('项目建设', top := 10);
