"""Problems in words: what, where, and what to do, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crowd.rules.problems import Problem

SENTENCES: Mapping[str, Any] = {
    # machines
    "machine_name_missing": _("Please give the machine a name."),
    "machine_name_taken": _("This campaign has a machine of that name already."),
    "machines_too_many": _("A campaign can have %(most)s machines at most."),
    "machine_stopped": _("This machine was stopped by the campaign's team."),
    "machine_elsewhere": _("This machine belongs to another campaign."),
    "machine_line_unreadable": _(
        "This line is not a JSON object with “microtask” (a number) and “values” (an object)."
    ),
    "microtask_unknown": _("This campaign has no such micro-task."),
    "microtask_settled": _("This micro-task needs no answers any more."),
    "campaign_not_open": _("This campaign is not open at the moment."),
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
    "file_unknown": _("This file is not there any more. Please choose it again."),
    "upload_type": _("Only photos (JPEG, PNG, WebP, HEIC, TIFF) and PDF are taken here."),
    "upload_too_heavy": _("This file takes too much work to be drawn. Please take a plain photo."),
    "upload_id_taken": _("This file's id is already used by another file. Make a new one."),
    "uploads_too_many": _("At most %(most)s files an hour are taken. Please send it later."),
    "uploads_no_room": _(
        "There is no room left for files on this site. Nothing you typed is lost: keep the file, "
        "and tell the campaign's team."
    ),
    # targets
    "target_not_taken_on": _("This is not taken on from a list: press “Start” in its campaign."),
    "target_closed": _("This campaign takes no answers now."),
    "target_gone": _("Someone else has just taken this on. Please choose another one."),
    "target_yours": _("You have done your part of this one. It needs other people now."),
    "target_kept": _("This is kept for the person who began it, until %(until)s."),
    "targets_too_many": _(
        "You hold %(most)s of them already. Finish one, or give one back, then take on another."
    ),
    "lease_at_its_end": _(
        "This was extended as often as it can be. If you need more time, give it back and take it "
        "on again."
    ),
    "comment_missing": _("Please write your comment."),
    "comments_too_many": _("At most %(most)s comments an hour are taken. Please send it later."),
    "question_not_shown": _(
        "This question is not asked after your other answers. Please leave it out."
    ),
    "answer_id_taken": _("This answer's id is already used by another answer. Make a new one."),
    # the game
    "team_name_length": _("A team's name has %(least)s to %(most)s characters."),
    "team_name_characters": _("A team's name can't be an address."),
    "team_name_taken": _("Another team has this name. Please choose another one."),
    "team_closed": _("“%(name)s” takes only people who have its invitation link."),
    "game_unknown": _("Please choose one of the ways to play."),
    "goal_out_of_reach": _("A weekly goal is %(least)s to %(most)s answers."),
    "goal_title": _("Please say what the goal is for, in at most %(most)s characters."),
    "goal_target": _("A goal is 1 to %(most)s excerpts."),
    "goal_day_passed": _("This day has passed. Please choose a later one, or none."),
    "experiment_share": _("Please choose one of the shares that are offered."),
    "experiment_begun": _("This campaign has its experiment already."),
    "thanks_length": _("Please write your thanks, in at most %(most)s characters."),
    "certificate_name": _(
        "Please type the name that stands on the certificate, in at most %(most)s characters."
    ),
    "certificate_empty": _("There is nothing to certify yet: give an answer first."),
    # changes after launch
    "policy_impossible": _(
        "This can never happen: more answers must agree, or be given at least, than may be asked."
    ),
    "amendment_empty": _("Nothing was changed."),
    "amendment_not_weighed": _("This was decided already, or is still being weighed."),
    "amendment_outdated": _("The step or question has changed meanwhile. Please begin anew."),
    "amendment_busy": _("Another change of this step is being applied. Wait until it is done."),
    "deadline_past": _("A deadline lies in the future."),
    "announcement_empty": _("An announcement needs a title and a text."),
    # audits
    "audit_empty": _("Nothing is settled yet that could be looked at again."),
    "audit_size": _("Draw between 1 and %(most)s."),
    # reviews
    "review_decided": _("Another reviewer has decided this one meanwhile. Here is the next."),
    # open data
    "export_field_unknown": _(
        "These data have no column or step “%(name)s”. The first line of the CSV names all."
    ),
    "export_in_snapshots": _(
        "In this format there are at most %(most)s excerpts at once. Take it from a snapshot, or "
        "take CSV or JSON Lines."
    ),
    "snapshot_failed": _(
        "This snapshot could not be made. Please try again, or tell who runs this site."
    ),
    "export_too_long": _("A sheet has at most %(most)s rows. Take CSV or Parquet instead."),
    # setting a campaign up
    "cause_without_title": _("The campaign has no title."),
    "cause_without_problem": _("Say what the problem is: it is the first thing people read."),
    "cause_without_solution": _("Say what you propose to do about it."),
    "cause_without_story": _("Tell a story: one person, one case, that makes the problem real."),
    "cause_without_picture": _("A picture makes the story closer."),
    "cause_without_deadline": _("A deadline gives people a reason to begin today."),
    "cause_without_use": _("Say what will be done with the result."),
    "cause_without_licence": _("Choose a licence, so that others may use the data."),
    "campaign_without_documents": _("No document has come in yet."),
    "campaign_without_excerpts": _("The documents have not been cut into excerpts yet."),
    "campaign_without_zones": _("The pages wait for their zones: draw them, then cut."),
    "documents_failed": _("Some documents could not be read: %(count)s."),
    "documents_underway": _("Some documents are still being cut: %(count)s."),
    "campaign_without_steps": _("Nothing is asked yet: add a step with a question."),
    "step_without_questions": _("The step “%(step)s” has no question."),
    "step_without_instructions": _("Give the step “%(step)s” a few words of instruction."),
    "campaign_never_tried": _("Nobody has tried it: three colleagues and ten minutes are enough."),
    "someone_changed_it": _(
        "Someone else of your team changed this while you were writing. Nothing of yours was saved:"
        " copy what you want to keep, look at their version, and change it again."
    ),
    "language_unknown": _("Choose a language: %(known)s."),
    "deadline_unreadable": _("“%(text)s” is not a date. Write it like 2026-03-31."),
    "picture_without_words": _("Say in a few words what the picture shows."),
    "not_a_picture": _(
        "This file is not a picture that can be read here. Try a JPEG, PNG or WebP."
    ),
    "launching_not_allowed": _("This site has not allowed your account to launch campaigns."),
    "launching_not_asked_for": _("There is nothing to ask for here: look at the launch page."),
    "request_without_words": _("Say in a few sentences what you want to do."),
    "step_without_title": _("Give the step a title."),
    "lease_unlikely": _("People need between half a minute and ninety days."),
    "too_many_steps": _("A campaign has at most %(most)s steps."),
    "too_many_questions": _("A step has at most %(most)s questions."),
    "key_reused": _(
        "This Idempotency-Key came with another request before. Use a new one for a new request."
    ),
    "still_working": _(
        "The same request is still being worked on. Send it again in a moment, with the same key."
    ),
    "too_many_kept": _(
        "Today %(most)s requests with an Idempotency-Key have been kept for you, which is the most."
        " Please go on tomorrow, or without one."
    ),
    "question_without_label": _("Write the question."),
    "question_key_twice": _("Two questions of a step have the key “%(key)s”."),
    "steps_in_play": _(
        "The campaign has been opened: its questions may have answers, and are no longer changed"
        " here. Corrections say what becomes of the answers."
    ),
    "step_opens_another": _(
        "The step “%(later)s” opens by an answer to “%(step)s”. Change what opens it first."
    ),
    "setup_too_large": _("A set-up has at most %(most)s kB."),
    "setup_not_text": _("This file is no text. A set-up is written in YAML or JSON."),
    "setup_unreadable": _("Line %(line)s can't be read as YAML or JSON."),
    "setup_lacks": _("This lacks: %(fields)s."),
    "setup_unknown": _("Nothing here is called: %(fields)s."),
    "setup_not_one_of": _("“%(value)s” is none of: %(known)s."),
    "setup_wrong_type": _("Something else is expected here: %(wanted)s."),
    "setup_out_of_bounds": _("“%(value)s” is not allowed here."),
    "setup_step_twice": _("Two steps have the key “%(key)s”."),
    "tryout_without_steps": _("There is nothing to try yet: add a step with a question first."),
    "tryout_without_excerpts": _("There is nothing to try it on yet: bring in documents first."),
    "policy_unlikely": _("So many answers can never agree. Look at the numbers again."),
    "title_taken": _("There are too many campaigns called “%(title)s”. Choose another title."),
    # teams
    "an_owner_remains": _(
        "A campaign needs an owner. Make someone else an owner first, then try again."
    ),
    "invitation_unusable": _(
        "This invitation can't be used: it has been used, taken back, or is too old. Ask the person"
        " who sent it for a new one."
    ),
    "role_unknown": _("Choose a role: %(roles)s."),
    "email_unreadable": _("“%(email)s” is not an e-mail address."),
    # moving in and out
    "move_failed": _("This could not be brought in or copied. Please try again."),
    "import_unreadable": _(
        "This is no JSON that can be read, nor a ZIP of such files. Export the project once more."
    ),
    "import_without_tasks": _(
        "There are no tasks in this file. From PyBossa, give tasks and task runs as JSON; from "
        "Label Studio, the export called JSON."
    ),
    "import_here_already": _("This campaign, or a part of it, is on this site already."),
    "import_answer_empty": _("This answer says nothing."),
    "import_task_unknown": _("This answer is about task %(task)s, which is not in the file."),
    "import_kind_unknown": _("Answers of the kind “%(kind)s” can't be brought along."),
    "import_said_twice": _(
        "The same person has answered this task twice; the first answer counts."
    ),
    # documents
    "file_empty": _("This file is empty."),
    "file_too_large": _("This file has %(megabytes)s MB; at most %(most)s MB are allowed."),
    "file_known": _("This file is already in the campaign, as “%(name)s”."),
    "holds_documents": _(
        "This holds several documents. Please give it on the campaign's page of documents."
    ),
    "file_missing": _("The stored original is missing. Please upload the file again."),
    "type_unsupported": _(
        "Tamis can't read this type of file. Please give PDF, pictures, tables, texts or archives."
    ),
    "office_unsupported": _(
        "Documents of this office format can't be read. Please save it as PDF, XLSX or ODS."
    ),
    "markup_unsupported": _("XML and SVG can't be read. Please give PDF, HTML, CSV or JSON."),
    "archive_unsupported": _("This kind of archive can't be read. Please make a ZIP of it."),
    "text_encoding": _("The characters of this file can't be read. Please save it as UTF-8."),
    "text_unreadable": _("This file holds something that is no text (line %(line)s)."),
    "text_empty": _("There is no text in this file."),
    "text_too_many": _("This text has more than %(most)s paragraphs."),
    "paragraph_too_long": _(
        "A paragraph of this text has more than %(most)s characters. Please divide it."
    ),
    "text_too_large": _(
        "This file has %(megabytes)s MB; at most %(most)s MB of HTML or JSON are read at once. "
        "JSON Lines may be larger."
    ),
    "json_unreadable": _("This is no valid JSON (line %(line)s)."),
    "json_too_deep": _("This JSON is nested too deeply."),
    "json_without_records": _("There is no list of objects in this JSON."),
    "json_line_unreadable": _("Line %(line)s is no JSON object."),
    "table_too_large": _("This table has more than %(most)s cells. Please divide it."),
    "table_too_wide": _("This table has more than %(most)s columns."),
    "sheet_unreadable": _(
        "This spreadsheet is damaged and can't be opened. Try to save it anew, then upload that."
    ),
    "sheet_encrypted": _(
        "This spreadsheet is protected by a password. Please remove the protection."
    ),
    "sheet_entities": _("This spreadsheet declares XML entities, which no spreadsheet needs."),
    # archives and lists
    "archive_unreadable": _("This archive is damaged and can't be opened. Please make it anew."),
    "archive_cut_short": _("This archive breaks off: what comes after is missing."),
    "archive_entry_unreadable": _("This entry of the archive is damaged and can't be unpacked."),
    "archive_encrypted": _("This entry of the archive is protected by a password."),
    "archive_path": _("The name of this entry leads out of the archive."),
    "archive_not_a_file": _("This entry is a link or a device, not a file."),
    "archive_bomb": _("This is packed so tightly that it can only be meant to fill the disk."),
    "archive_too_many": _("This archive has more than %(most)s files. Please divide it."),
    "archive_too_large": _("Unpacked, this has more than %(most)s MB. Please divide it."),
    "archive_too_deep": _("This archive lies in more than %(most)s others. Please unpack it."),
    "list_in_delivery": _(
        "This is a list of addresses or a IIIF manifest. Please give it by itself."
    ),
    "list_empty": _("There is no address in this list."),
    "list_too_long": _("This list has more than %(most)s addresses. Please divide it."),
    "read_kills_workers": _(
        "Reading this stopped again and again before it got anywhere. Please give its files singly."
    ),
    "read_failed": _("Something unexpected went wrong while reading this. The logs say more."),
    "iiif_unreadable": _("This is no IIIF manifest or collection of version 2 or 3."),
    "iiif_empty": _("This IIIF manifest or collection names no picture."),
    # addresses
    "url_invalid": _("“%(url)s” is no web address. It must look like https://example.org/a.pdf."),
    "webhook_kinds": _("Please choose at least one of these: %(kinds)s."),
    "webhook_known": _("This campaign already tells this address."),
    "webhooks_too_many": _("A campaign has at most %(most)s webhooks. Remove one first."),
    "webhook_stopped": _("This webhook is stopped. Let it go on first."),
    "fetch_unknown_host": _("There is no server called “%(host)s”."),
    "fetch_private": _("“%(host)s” is not on the public network, so nothing is fetched from it."),
    "fetch_certificate": _("The certificate of “%(host)s” is not valid."),
    "fetch_failed": _("“%(host)s” could not be reached, or broke off. Please try again later."),
    "fetch_slow": _("“%(host)s” took more than %(most)s seconds."),
    "fetch_status": _("“%(host)s” answered with the status %(status)s instead of a file."),
    "fetch_redirects": _("This address redirects more than %(most)s times."),
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
    "csv_empty": _("This table has no rows under its header."),
    "csv_header_doubled": _("Two columns are called “%(name)s”. Please rename one."),
    "csv_ragged": _("Row %(row)s has %(cells)s cells instead of %(expected)s."),
    "csv_too_long": _("This table has more than %(most)s rows."),
    "picture_unreadable": _("This picture is damaged and can't be opened. Try to save it anew."),
    "picture_page_unreadable": _("Page %(page)s of this picture is damaged and can't be drawn."),
    "picture_too_long": _("This picture has %(pages)s pages; at most %(most)s are allowed."),
    "picture_too_large": _(
        "Page %(page)s of this picture has %(width)s × %(height)s pixels; at most %(millions)s "
        "million are allowed, and at most %(side)s on a side. Please save it smaller."
    ),
    "whole_too_long": _(
        "This document has %(pages)s pages: too many to be read in one picture. Split it by page."
    ),
    "page_too_slow": _(
        "Page %(page)s took more than %(seconds)s seconds to draw and was left out."
    ),
    "page_too_heavy": _("Page %(page)s could not be drawn in the memory allowed, or at all."),
    "survey_too_slow": _(
        "Looking through this file took more than %(seconds)s seconds. Try to save it anew, or cut "
        "it into several."
    ),
    "file_too_heavy": _(
        "This file could not be read in the memory allowed, or at all. Try to save it anew, or cut "
        "it into several."
    ),
    # ways of splitting
    "plan_unreadable": _("“%(what)s” is not part of any way of splitting."),
    "plan_unfit": _("This document can't be split in this way (%(by)s)."),
    "plan_sheet_unknown": _("This file has no sheet “%(name)s” that can be seen."),
    "plan_column_doubled": _("The column “%(name)s” is chosen twice."),
    "plan_column_unknown": _("This table has no column “%(name)s”."),
    "plan_tiles": _(
        "A grid has at least 2 tiles, at most %(most)s in each direction, and these overlap by "
        "%(overlap)s per cent at most."
    ),
    "plan_unmasks": _(
        "Parts of this document are blacked out. Splitting it in another way than by zones would "
        "show them again."
    ),
    "split_kills_workers": _(
        "Splitting this file stopped again and again before it got anywhere. Try to save it anew."
    ),
    "split_failed": _(
        "Something unexpected went wrong while splitting this file. The site's logs say more."
    ),
    "storage_failed": _(
        "This site can't store files just now: there is no room, or its storage does not answer. "
        "Try again in a while; the site's logs say more."
    ),
    # zones
    "zone_box_unreadable": _("A zone is four fractions of the page: left, top, right and foot."),
    "zone_outside_page": _("This zone reaches beyond the page. Please draw it within the page."),
    "zone_too_small": _("This zone is too small to show anything. Please draw it larger."),
    "zone_name": _("Give this zone a name of at most %(most)s characters."),
    "zone_name_doubled": _("Two zones are called “%(name)s”. Please rename one."),
    "zone_page": _("Zones can't be drawn on page %(page)s of this layout."),
    "zone_unknown": _("This zone was taken off meanwhile. Please load the page anew."),
    "zone_step": _("A zone can only be tied to a step of this campaign that no answer opens."),
    "zones_too_many": _("There can be at most %(most)s zones."),
    "layout_without_zones": _("Draw at least one zone before you apply this layout."),
    "layout_name": _("Give this layout a name of at most %(most)s characters."),
    "layout_elsewhere": _("Please choose another layout of the same campaign."),
    "layout_reference": _(
        "Zones are drawn on “%(name)s”: it can't leave its layout while others are in it."
    ),
    "layout_page_unknown": _("Page %(page)s is no page of this layout that zones are drawn on."),
    "points_unreadable": _(
        "Mark two places far apart on the model, and the same two places on this page."
    ),
    "cut_without_page": _("This excerpt was not cut from a page."),
    "cut_overtaken": _("Someone else mended this cut at the same moment. Please look at it again."),
    "note_too_long": _(
        "This note has %(length)s characters; at most %(most)s are allowed. Please shorten it."
    ),
    "known_answer_public": _(
        "This verdict can be read already: a known answer taken from it would measure nothing."
    ),
    "lesson_veiled": _(
        "This excerpt may be used to measure: shown in the tutorial, it would measure nothing."
    ),
    "lessons_too_many": _("A tutorial has at most %(most)s excerpts."),
    "draft_too_long": _("This is more than can be kept (%(most)s characters). Please send it."),
    "answer_settled": _(
        "Others have settled this one meanwhile: your answer stays as it was, with our thanks."
    ),
    "answer_not_counting": _("This answer does not count, so there is nothing to correct."),
    "answer_missing_here": _("There is no answer of yours to correct here."),
    # people
    "pseudonym_taken": _("Someone else has this pseudonym. Please choose another."),
    "pseudonym_length": _("A pseudonym has between %(least)s and %(most)s characters."),
    "pseudonym_missing": _("Choose a pseudonym to be on the leaderboard."),
    "pseudonym_characters": _("A pseudonym can't be an e-mail or web address."),
    "pseudonym_refused": _("This name was taken away from someone. Please choose another."),
    "link_invalid": _("This link was already used or is too old. Ask for a new one."),
    "codes_away": _("Codes can't be made or read at this moment. Please try again in a minute."),
    "code_unknown": _("This code is wrong, was used, or is too old. Ask for a new one."),
    "joining_yourself": _("This is the same device, or they are one already: nothing to join."),
    "joining_two_accounts": _(
        "Both devices are signed in to accounts. Sign out on this one first, or sign in here to "
        "the other account."
    ),
    "joining_staff": _(
        "An account of the site's staff is not joined by a code. Please sign in on that device."
    ),
    "objection_needless": _(
        "You can object to a verdict that says something else than your answer."
    ),
    "objections_too_many": _(
        "Already %(most)s objections of yours wait. Please come back when one is decided."
    ),
    "find_length": _("Please say in one sentence why: %(least)s to %(most)s characters."),
    "find_with_address": _("Please leave addresses of websites out of the sentence."),
    "finds_too_many": _(
        "Already %(most)s finds of yours wait. Please come back when the team has looked at them."
    ),
    "complaints_too_many": _(
        "Already %(most)s complaints of yours wait. Please come back when someone has looked."
    ),
    "legal_text_length": _("This text must have words, and at most %(most)s characters."),
    "days_out_of_range": _("A number of days is between %(least)s and %(most)s."),
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
    "record_unreadable": _("Line %(line)s is no JSON object."),
    # keys
    "key_name": _("Please say what this key is for, in at most %(most)s characters."),
    "key_scopes": _("Please choose what this key may do: %(known)s."),
    "key_days": _("A key lasts from 1 to %(most)s days, or until it is revoked."),
    "key_campaign": _("You are not in the team of this campaign."),
    "keys_too_many": _("At most %(most)s keys are kept. Please revoke one first."),
    # apps
    "app_name": _("Please give the app a name of at most %(most)s characters."),
    "app_addresses": _("Please give at least one address to come back to, and at most %(most)s."),
    "app_address": _(
        "“%(address)s” can't be used. Give an address that begins with https://, or with"
        " http://127.0.0.1 for a program on the person's own device."
    ),
    "apps_too_many": _("At most %(most)s apps are kept. Please remove one first."),
    # rooms
    "room_unknown": _("No room has this code. Look again at the screen or at your sheet."),
    "room_closed": _("This room is closed. You can still take part in the campaign by yourself."),
    "room_team_unknown": _("Please choose one of the teams of this room."),
    "room_teams": _(
        "Please give each team a name of its own, of at most %(longest)s characters; a room has"
        " at most %(most)s teams."
    ),
    "room_team_in_use": _(
        "People sit in the team “%(name)s”: it can be given another name, but not taken away."
    ),
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
