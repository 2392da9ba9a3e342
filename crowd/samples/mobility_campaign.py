"""The sample campaign on texts: read what residents wrote, then sum up each subject."""

from crowd.samples import letters
from crowd.samples.outline import Campaign, Step, question

_READ_CONTRIBUTION: Step = {
    "key": "lire",
    "title": "Lire la contribution",
    "instructions": (
        "Lisez le texte en entier, puis dites de quoi il parle, s’il demande quelque chose de "
        "précis et sur quel ton. Il ne s’agit pas d’être d’accord avec son auteur, seulement de "
        "l’avoir compris."
    ),
    "opens_when": None,
    "agree": 2,
    "at_most": 5,
    "lease_seconds": 10 * 60,
    "questions": [
        question(
            "sujets",
            "choices",
            "De quoi parle-t-elle ?",
            hint="Cochez tous les sujets dont elle dit quelque chose.",
            options={
                "velo": "Le vélo",
                "bus": "Le bus",
                "marche": "La marche et les trottoirs",
                "voiture": "La circulation des voitures",
                "stationnement": "Le stationnement",
                "accessibilite": "L’âge, le handicap, les poussettes",
                "securite": "Les dangers de la route",
                "autre": "Autre chose",
            },
        ),
        question(
            "mesure",
            "choice",
            "Propose-t-elle une mesure concrète ?",
            hint="Quelque chose que la commune pourrait faire ou refuser de faire.",
            options={"oui": "Oui", "non": "Non"},
        ),
        question(
            "ton",
            "choice",
            "Quel est son ton général ?",
            options={
                "satisfait": "Satisfait",
                "mecontent": "Mécontent",
                "partage": "Partagé : du bien et du mal",
                "neutre": "Ni l’un ni l’autre",
            },
        ),
    ],
}

# Two people seldom find the same words: after three summaries the choice is left to a person, and
# asking two volunteers more would not bring them closer.
_SUM_UP: Step = {
    "key": "resumer",
    "title": "Résumer",
    "instructions": (
        "D’autres lecteurs se sont accordés sur ce sujet. Dites en une phrase ce que la "
        "contribution en dit, et de cela seulement, avec ses mots quand c’est possible."
    ),
    "opens_when": {"step": "lire", "question": "sujets", "each": True},
    "agree": 2,
    "at_most": 3,
    "lease_seconds": 10 * 60,
    "questions": [
        question(
            "resume",
            "text",
            "Résumé en 100 caractères au plus",
            hint="Par exemple : « Prolonger la piste cyclable jusqu’au collège ».",
            settings={"max_length": 100, "multiline": False},
        ),
    ],
}

CAMPAIGN: Campaign = {
    "slug": "mobilite",
    "title": "Se déplacer à Val-Fictif : que demandent les habitants ?",
    "problem": (
        "La commune a demandé à ses habitants comment mieux se déplacer. Soixante ont écrit. "
        "Une synthèse de deux pages en a retenu trois phrases ; le reste dort dans un "
        "tableur."
    ),
    "solution": (
        "Lisons tout. Des volontaires disent de quoi parle chaque texte, s’il propose une "
        "mesure et sur quel ton. Dès que deux lectures concordent, d’autres résument ce qui "
        "est dit de chaque sujet."
    ),
    "story": (
        "Une infirmière à domicile qui ne peut pas se passer de sa voiture. Un lycéen qui "
        "attend le bus. Une voisine aveugle qui ne sort plus seule. Chacun a pris le temps "
        "d’écrire, et chacun mérite d’être lu jusqu’au bout.\n\n"
        "Le tri terminé, on saura combien de contributions parlent de vélo, de trottoirs ou "
        "de stationnement, et on pourra remonter de chaque chiffre aux textes qui le "
        "fondent. C’est ce qui distingue un dépouillement d’une impression.\n\n"
        "Val-Fictif n’existe pas, ses habitants non plus : ces textes ont été composés par "
        "Tamis pour l’exemple."
    ),
    "licence": "Licence Ouverte 2.0",
    "language": "fr",
    "deadline_days": 45,
    "game": "cooperative",
    "steps": [_READ_CONTRIBUTION, _SUM_UP],
    "document": {
        "name": "contributions-mobilite.csv",
        "media_type": "text/csv",
        "make": letters.csv_bytes,
    },
}
