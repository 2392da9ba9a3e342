"""Problems in words: what, where, and what to do, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crowd.rules.problems import Problem

SENTENCES: Mapping[str, Any] = {
    # answers
    "answer_missing": _("Please answer this question, or say that you can't tell."),
    "question_unknown": _("This step has no question “%(key)s”."),
    "option_unknown": _("“%(value)s” is not one of the options."),
    "list_expected": _("A list of options is expected here."),
    "text_expected": _("A text is expected here."),
    "text_too_long": _(
        "This text has %(length)s characters; at most %(most)s are allowed. Please shorten it."
    ),
    "not_a_number": _("“%(text)s” is not a number. Write it like 1234.50."),
    "number_too_small": _("This number must be at least %(least)s."),
    "number_too_large": _("This number must be at most %(most)s."),
    "text_too_short": _("This text has %(length)s characters; at least %(least)s are needed."),
    "text_unlike_pattern": _(
        "“%(text)s” does not have the expected form. Write it like %(example)s."
    ),
    "not_a_date": _(
        "“%(text)s” can't be read as a date. Write it like 12 March 2014, or 2014-03-12."
    ),
    "date_ambiguous": _(
        "“%(text)s” can be read in two ways. Please write the month in letters, like 3 April 2014."
    ),
    "date_without_year": _("“%(text)s” has no year. Write a date like March 2014, or 2014."),
    "date_year_short": _("Please write the year of “%(text)s” with four digits."),
    "date_without_month": _("“%(text)s” has no month, which is asked for here."),
    "date_without_day": _("“%(text)s” has no day, which is asked for here."),
    "date_too_early": _("This date must not be before %(least)s."),
    "date_too_late": _("This date must not be after %(most)s."),
    "rows_expected": _("A list of rows is expected here, each with its columns."),
    "rows_all_empty": _("These rows are empty. If nothing is declared here, please say so."),
    "rows_too_few": _("At least %(least)s rows are needed here; there are %(rows)s."),
    "rows_too_many": _("At most %(most)s rows are allowed here; there are %(rows)s."),
    "column_unknown": _("Row %(row)s: this table has no column “%(key)s”."),
    "regions_expected": _("A list of marks is expected here."),
    "regions_too_few": _("Please mark at least %(least)s."),
    "regions_too_many": _("At most %(most)s marks are allowed here."),
    "region_unreadable": _("Mark %(number)s is neither a rectangle nor a point that is asked for."),
    "region_outside": _("Mark %(number)s lies outside the picture: its numbers go from 0 to 1."),
    "region_too_small": _("Mark %(number)s is too small to be meant. Please draw it again."),
    "file_reference_expected": _("The id of an uploaded file is expected here."),
    "question_not_shown": _(
        "This question is not asked after your other answers. Please leave it out."
    ),
    "answer_id_taken": _("This answer's id is already used by another answer. Make a new one."),
    # documents
    "file_empty": _("This file is empty."),
    "file_too_large": _("This file has %(megabytes)s MB; at most %(most)s MB are allowed."),
    "file_known": _("This file is already in the campaign, as “%(name)s”."),
    "file_missing": _("The stored original is missing. Please upload the file again."),
    "type_unsupported": _(
        "This is neither a PDF nor a CSV file. Please convert it to one of these."
    ),
    "pdf_unreadable": _(
        "This PDF is damaged and can't be opened. Try to save it anew, then upload that."
    ),
    "pdf_encrypted": _(
        "This PDF is protected by a password. Please remove the protection and upload it again."
    ),
    "pdf_empty": _("This PDF has no pages."),
    "pdf_too_long": _("This PDF has %(pages)s pages; at most %(most)s are allowed."),
    "pdf_page_unreadable": _("Page %(page)s of this PDF is damaged and can't be drawn."),
    "csv_unreadable": _("This table can't be read as text (line %(line)s)."),
    "csv_encoding": _("The characters of this table can't be read. Please save it as UTF-8."),
    "csv_empty": _("This table has no rows under its header."),
    "csv_header_doubled": _("Two columns are called “%(name)s”. Please rename one."),
    "csv_ragged": _("Row %(row)s has %(cells)s cells instead of %(expected)s."),
    "csv_too_long": _("This table has more than %(most)s rows."),
    "split_kills_workers": _(
        "Splitting this file stopped again and again before it got anywhere. Try to save it anew."
    ),
    "split_failed": _(
        "Something unexpected went wrong while splitting this file. The site's logs say more."
    ),
    "known_answer_public": _(
        "This verdict can be read already: a known answer taken from it would measure nothing."
    ),
    # people
    "pseudonym_taken": _("Someone else has this pseudonym. Please choose another."),
    "pseudonym_length": _("A pseudonym has between %(least)s and %(most)s characters."),
    "pseudonym_missing": _("Choose a pseudonym to be on the leaderboard."),
    "pseudonym_characters": _("A pseudonym can't be an e-mail or web address."),
    "link_invalid": _("This link was already used or is too old. Ask for a new one."),
    # campaigns
    "condition_unreadable": _(
        "The condition must name a step and a question, and may say “each” or “is”."
    ),
    "condition_unknown_step": _("The condition names “%(step)s”, which is no earlier step."),
    "condition_unknown_question": _("The step “%(step)s” has no question “%(question)s”."),
    "condition_without_options": _(
        "“each” needs a question with options; “%(question)s” has none."
    ),
    "condition_unknown_option": _("The question “%(question)s” has no option “%(value)s”."),
    "question_invalid": _("The question “%(key)s” is not complete: %(what)s."),
}


def sentence(problem: Problem) -> str:
    """One clear sentence in the language of the moment; of a table's cell, with its place.

    Raises:
        KeyError: the code has no sentence (a test walks them all).
    """
    what = str(SENTENCES[problem.code]) % problem.params
    if "in_row" not in problem.params:
        return what
    place = {"row": problem.params["in_row"], "column": problem.params["in_column"]}
    return _("Row %(row)s, column “%(column)s”: %(what)s") % {**place, "what": what}


def sentence_of(code: str, params: Mapping[str, Any]) -> str:
    """The sentence of a problem kept in the database; "" for none."""
    return sentence(Problem(code, **params)) if code else ""
