"""The sample campaign on scans: read handwritten declarations of interests."""

from crowd.samples import declarations
from crowd.samples.outline import Campaign, Step, question

_READ_DECLARATION: Step = {
    "key": "lire",
    "title": "Lire la déclaration",
    "instructions": (
        "Regardez le cadre n° 2, au milieu de la page, et recopiez ce qui y est écrit à la main. "
        "Gardez les mots tels quels, même s’ils vous étonnent. "
        "Majuscules, accents et ponctuation ne comptent pas."
    ),
    "opens_when": None,
    "agree": 2,
    "at_most": 5,
    "lease_seconds": 15 * 60,
    "questions": [
        question(
            "contenu",
            "choice",
            "Que contient le cadre ?",
            hint="Si le cadre porte « néant », c’est fini : laissez vides les questions suivantes.",
            options={
                "rempli": "Un organisme et une fonction",
                "neant": "Le mot « néant », ou rien",
            },
        ),
        question(
            "organisme",
            "text",
            "Organisme",
            hint="Le nom de l’organisme, en entier, sur une seule ligne.",
            required=False,
            settings={"max_length": 120, "multiline": False},
        ),
        question(
            "fonction",
            "text",
            "Fonction",
            hint="Par exemple : présidente, gérant, membre du bureau.",
            required=False,
            settings={"max_length": 120, "multiline": False},
        ),
        question(
            "montant",
            "number",
            "Montant annuel en euros",
            hint=(
                "Des chiffres seulement : 12400 pour « 12.400 € ». Un montant rayé ne compte "
                "pas : prenez celui qui le remplace. S’il n’y a qu’un trait, laissez vide."
            ),
            required=False,
            settings={"min": 0, "max": 10_000_000, "unit": "€"},
        ),
    ],
}

CAMPAIGN: Campaign = {
    "slug": "declarations",
    "title": "Qui a des intérêts dans quoi ?",
    "problem": (
        "Les élus du conseil territorial de Val-Fictif déclarent les organismes qu’ils "
        "dirigent et ce qu’ils y gagnent. Mais ils le font à la main, sur des formulaires "
        "numérisés de travers : aucun moteur de recherche ne peut les lire."
    ),
    "solution": (
        "Recopions-les ensemble. Chaque page est lue par deux personnes au moins, qui ne "
        "voient pas la réponse de l’autre. Si elles écrivent la même chose, la ligne est "
        "publiée, sinon d’autres relisent. À l’arrivée : un tableau ouvert à tous."
    ),
    "story": (
        "Un conseiller qui vote une subvention est-il aussi le président de l’association "
        "qui la reçoit ? La réponse est publique depuis des années. Elle attend dans une "
        "pile de feuilles perforées, tamponnées, raturées parfois, que personne n’a eu le "
        "temps de saisir.\n\n"
        "Une page prend moins d’une minute. Un quart d’entre elles ne portent qu’un mot, "
        "« néant », et c’est une réponse aussi utile que les autres : elle dit qu’il n’y a "
        "rien à chercher.\n\n"
        "Val-Fictif n’existe pas. Ces déclarations sont des spécimens, fabriqués par Tamis "
        "pour que vous puissiez essayer avec vos voisins avant de lancer votre propre "
        "campagne."
    ),
    "licence": "Licence Ouverte 2.0",
    "language": "fr",
    "deadline_days": 30,
    "game": "competitive",
    "steps": [_READ_DECLARATION],
    "document": {
        "name": "declarations-val-fictif.pdf",
        "media_type": "application/pdf",
        "make": declarations.pdf_bytes,
    },
}
