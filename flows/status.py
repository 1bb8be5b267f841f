"""What the warehouse holds, its last runs, and what is quarantined and why."""

from __future__ import annotations

import json

from flows.terminal import json_value, print_table

QUESTIONS = {
    "Holds": """
        SELECT coalesce(paper, '(unknown paper)') AS paper, count(*) AS files, count(*) FILTER (status = 'quarantined') AS quarantined,
               count(*) FILTER (status = 'superseded') AS superseded, min(issue_on) AS first_issue, max(issue_on) AS last_issue,
               sum(n_articles) AS articles
        FROM raw_files LEFT JOIN (SELECT file_id, count(*) AS n_articles FROM articles GROUP BY file_id) USING (file_id)
        GROUP BY ALL ORDER BY paper""",
    "Last runs": """
        SELECT run_id, started_at, ended_at, status, n_files_new AS new, n_articles AS articles, n_quarantined AS quarantined
        FROM runs ORDER BY started_at DESC, run_id LIMIT 10""",
    "Quarantined": """
        SELECT path, record_table, reason, detail FROM quarantine ORDER BY path, record_table, record_id LIMIT 50""",
    "Expectations that did not hold in the last run": """
        SELECT record_table, expectation, column_name, severity, n_unexpected, n_evaluated FROM validations
        WHERE NOT success AND run_id = (SELECT max_by(run_id, started_at) FROM runs) ORDER BY ALL""",
}


def print_status(con, as_json: bool = False) -> None:
    """Print the answers to ``QUESTIONS`` from a published warehouse."""
    answers = {}
    for name, question in QUESTIONS.items():
        cursor = con.execute(question)
        columns = [column[0] for column in cursor.description]
        answers[name] = (columns, cursor.fetchall())
    if as_json:
        listed = {name: [dict(zip(columns, row, strict=True)) for row in rows] for name, (columns, rows) in answers.items()}
        print(json.dumps(listed, ensure_ascii=False, default=json_value))
        return
    for name, (columns, rows) in answers.items():
        print(f"\n{name}")
        print_table(columns, rows)
