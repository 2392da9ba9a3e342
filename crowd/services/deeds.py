"""Deeds: what each badge is given for, looked up in rows that stay.

Each is one SELECT of (person, when it was first done, verdict or null, campaign or null), at most
one row a person, among `who` (contributor → person). Every revision of a verdict counts: what was
confirmed once was done, whatever became of it later. What a guard holds out, and what is under a
veil, is not looked at.
"""

from collections.abc import Mapping

from crowd.models.badges import BadgeKind

NUMBERS = {"kinds": 4, "weeks": 4, "smallest": 3}
"""Kinds of questions of an all-rounder, weeks to be back in, excerpts of a whole document."""

WITH = """
    WITH who AS (
        SELECT * FROM unnest(%(contributors)s::bigint[], %(people)s::bigint[])
            AS each(contributor, person)
    ), confirmed AS (
        SELECT who.person, v.id AS verdict, m.campaign_id AS campaign, v.made_at, v.outcome,
            v.values AS concluded, w.values AS said, w.badly_cut, w.given_at, m.step_id
        FROM who
        JOIN crowd_answer w ON w.contributor_id = who.contributor AND w.set_aside_reason <> 'held'
        JOIN crowd_verdictanswer p ON p.answer_id = w.id AND p.agrees
        JOIN crowd_verdict v ON v.id = p.verdict_id AND v.outcome <> 'contested'
          AND (v.answers_count > 1 OR v.review_id IS NOT NULL)
        JOIN crowd_microtask m ON m.id = w.microtask_id
        JOIN crowd_campaign c ON c.id = m.campaign_id AND c.game <> 'none'
        WHERE NOT m.veiled OR c.state = 'closed'
    )"""

FIRST = """
    SELECT DISTINCT ON (person) person, made_at, verdict, campaign FROM confirmed
    ORDER BY person, made_at, verdict"""
TIE_BREAKER = """
    SELECT DISTINCT ON (person) person, made_at, verdict, campaign FROM confirmed mine
    WHERE outcome = 'settled' AND EXISTS (
        SELECT 1 FROM crowd_verdictanswer p WHERE p.verdict_id = mine.verdict AND NOT p.agrees)
    AND NOT EXISTS (
        SELECT 1 FROM crowd_verdictanswer p JOIN crowd_answer w ON w.id = p.answer_id
        WHERE p.verdict_id = mine.verdict AND w.given_at > mine.given_at)
    ORDER BY person, made_at, verdict"""
DECIPHERED = """
    SELECT DISTINCT ON (person) person, made_at, verdict, campaign FROM confirmed mine
    WHERE outcome = 'settled' AND NOT jsonb_path_exists(said, '$.* ? (@ == null)')
    AND EXISTS (
        SELECT 1 FROM crowd_verdictanswer p JOIN crowd_answer w ON w.id = p.answer_id
        WHERE p.verdict_id = mine.verdict AND NOT w.badly_cut
          AND jsonb_path_exists(w.values, '$.* ? (@ == null)'))
    ORDER BY person, made_at, verdict"""
HONEST_DOUBT = """
    SELECT DISTINCT ON (person) person, made_at, verdict, campaign FROM confirmed
    WHERE jsonb_path_exists(said, '$.* ? (@ == null)')
      AND jsonb_path_exists(concluded, '$.* ? (@.outcome == "cant_tell")')
    ORDER BY person, made_at, verdict"""
SHARP_EYE = """
    SELECT DISTINCT ON (person) person, made_at, verdict, campaign FROM confirmed
    WHERE badly_cut AND outcome = 'set_aside'
    ORDER BY person, made_at, verdict"""
GLEANER = """
    SELECT DISTINCT ON (who.person) who.person, f.decided_at, NULL::bigint, e.campaign_id
    FROM who JOIN crowd_find f ON f.contributor_id = who.contributor AND f.state = 'shown'
    JOIN crowd_excerpt e ON e.id = f.excerpt_id AND e.hidden_at IS NULL
    JOIN crowd_campaign c ON c.id = e.campaign_id AND c.game <> 'none'
    ORDER BY who.person, f.decided_at, f.id"""
ALL_ROUNDER = """
    , kinds AS (
        SELECT DISTINCT ON (person, q.kind) person, q.kind, made_at, verdict, campaign
        FROM confirmed JOIN crowd_question q ON q.step_id = confirmed.step_id
          AND jsonb_exists(said, q.key)
        ORDER BY person, q.kind, made_at, verdict
    ), numbered AS (
        SELECT *, row_number() OVER (PARTITION BY person ORDER BY made_at, verdict) AS number
        FROM kinds
    )
    SELECT person, made_at, verdict, campaign FROM numbered WHERE number = %(kinds)s"""
# A document may have millions of excerpts: of each, one more is looked up than was answered, along
# the index of its positions. Unordered, or with EXISTS, PostgreSQL may read all that lie before it.
WHOLE_DOCUMENT = """
    , answered AS (
        SELECT who.person, e.document_id, count(DISTINCT e.id) AS excerpts
        FROM who
        JOIN crowd_answer w ON w.contributor_id = who.contributor AND w.set_aside_at IS NULL
        JOIN crowd_microtask m ON m.id = w.microtask_id
        JOIN crowd_excerpt e ON e.id = m.excerpt_id
        GROUP BY who.person, e.document_id HAVING count(DISTINCT e.id) >= %(smallest)s
    ), all_of_it AS MATERIALIZED (
        SELECT * FROM answered a
        WHERE a.excerpts = (
            SELECT count(*) FROM (
                SELECT FROM crowd_excerpt e
                WHERE e.document_id = a.document_id AND (
                    SELECT true FROM crowd_microtask m
                    WHERE m.excerpt_id = e.id AND m.state <> 'withdrawn' LIMIT 1)
                ORDER BY e.kind, e.position LIMIT a.excerpts + 1) AS asked)
    ), whole AS (
        SELECT a.person, m.campaign_id, max(v.made_at) AS made_at
        FROM all_of_it a
        JOIN crowd_excerpt e ON e.document_id = a.document_id
        JOIN crowd_microtask m ON m.excerpt_id = e.id AND m.state <> 'withdrawn'
        JOIN crowd_campaign c ON c.id = m.campaign_id AND c.game <> 'none'
        LEFT JOIN crowd_verdict v ON v.microtask_id = m.id AND v.is_current
          AND m.state <> 'open' AND (NOT m.veiled OR c.state = 'closed')
        GROUP BY a.person, m.campaign_id, a.document_id, a.excerpts
        HAVING bool_and(v.id IS NOT NULL) AND count(DISTINCT e.id) = a.excerpts
    )
    SELECT DISTINCT ON (person) person, made_at, NULL::bigint, campaign_id FROM whole
    ORDER BY person, made_at"""
BACK_AGAIN = """
    , weeks AS (
        SELECT who.person, date_trunc('week', w.given_at, 'UTC') AS week,
            min(w.given_at) AS given_at
        FROM who JOIN crowd_answer w ON w.contributor_id = who.contributor
          AND w.set_aside_reason <> 'held'
        GROUP BY 1, 2
    ), numbered AS (
        SELECT *, row_number() OVER (PARTITION BY person ORDER BY week) AS number FROM weeks
    )
    SELECT person, given_at, NULL::bigint, NULL::bigint FROM numbered WHERE number = %(weeks)s"""
REVIEWER = """
    SELECT DISTINCT ON (who.person) who.person, r.made_at, NULL::bigint, m.campaign_id
    FROM who JOIN crowd_contributor c ON c.id = who.contributor
    JOIN crowd_review r ON r.reviewer_id = c.user_id
    JOIN crowd_microtask m ON m.id = r.microtask_id
    ORDER BY who.person, r.made_at, r.id"""
WELCOMER = """
    , came AS (
        SELECT who.person, greatest(h.made_at, min(v.made_at)) AS made_at
        FROM who JOIN crowd_welcome h ON h.inviter_id = who.contributor
        JOIN crowd_answer w ON w.contributor_id = h.newcomer_id AND w.set_aside_reason <> 'held'
        JOIN crowd_verdictanswer p ON p.answer_id = w.id AND p.agrees
        JOIN crowd_verdict v ON v.id = p.verdict_id AND v.outcome <> 'contested'
          AND (v.answers_count > 1 OR v.review_id IS NOT NULL)
        JOIN crowd_microtask m ON m.id = w.microtask_id
        JOIN crowd_campaign c ON c.id = m.campaign_id
        WHERE NOT m.veiled OR c.state = 'closed'
        GROUP BY who.person, h.id
    )
    SELECT person, min(made_at), NULL::bigint, NULL::bigint FROM came GROUP BY person"""
CHANGED_SOMETHING = """
    SELECT DISTINCT ON (person) person, greatest(mine.made_at, c.closed_at), verdict,
        campaign
    FROM confirmed mine JOIN crowd_campaign c ON c.id = campaign AND c.outcome <> ''
    ORDER BY person, mine.made_at, verdict"""

SELECTS: Mapping[BadgeKind, str] = {
    BadgeKind.FIRST: FIRST,
    BadgeKind.TIE_BREAKER: TIE_BREAKER,
    BadgeKind.DECIPHERED: DECIPHERED,
    BadgeKind.HONEST_DOUBT: HONEST_DOUBT,
    BadgeKind.SHARP_EYE: SHARP_EYE,
    BadgeKind.GLEANER: GLEANER,
    BadgeKind.ALL_ROUNDER: ALL_ROUNDER,
    BadgeKind.WHOLE_DOCUMENT: WHOLE_DOCUMENT,
    BadgeKind.BACK_AGAIN: BACK_AGAIN,
    BadgeKind.REVIEWER: REVIEWER,
    BadgeKind.WELCOMER: WELCOMER,
    BadgeKind.CHANGED_SOMETHING: CHANGED_SOMETHING,
}
