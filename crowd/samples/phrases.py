"""What fictional residents say about getting around: sentences that stand alone, and their sense.

A file of texts, long for that reason. One line (indented lines continue it) is one thing said: the
subjects it touches, then ``-`` a complaint, ``+`` praise, ``=`` a plain fact or ``>`` a measure
asked for, then the words.
"""

from typing import NamedTuple

SUBJECTS = (
    "velo",
    "bus",
    "marche",
    "voiture",
    "stationnement",
    "accessibilite",
    "securite",
    "autre",
)


class Phrase(NamedTuple):
    """One thing said: its first subject is the one it is mostly about."""

    subjects: tuple[str, ...]
    sense: str
    text: str


_SAID = """
velo - La piste cyclable de l'avenue de la Gare s'arrête net au carrefour, et on se retrouve à
    pied avec son vélo sur le bras.
velo securite - Deux fois cet hiver, une voiture m'a frôlée à vélo sur le pont Supposé ; je ne le
    prends plus.
velo - Les "pistes" peintes en vert au sol servent surtout à poser les poubelles.
velo - On m'a volé trois vélos en quatre ans devant la médiathèque, à chaque fois en plein jour.
velo securite - À sept heures du soir en décembre, le chemin de halage est noir comme un four et
    on y roule à l'aveugle.
velo = Je fais 6 km à vélo chaque matin pour aller travailler à la zone des Grands-Prés.
velo = Dans notre immeuble, onze familles sur vingt ont au moins un vélo.
velo + Le nouveau garage à vélos de la gare est une vraie réussite, éclairé, propre et gratuit.
velo + Depuis que la voie verte est ouverte, mes deux garçons vont au collège à vélo tout seuls,
    et j'en suis ravi.
velo > Il faudrait prolonger la piste cyclable jusqu'au collège de Saint-Exemple.
velo > Je propose d'installer des arceaux à vélos couverts devant chaque école et devant la poste.
velo > Une aide de 100 euros pour l'achat d'un vélo d'occasion toucherait des gens qui ne
    prendront jamais un vélo neuf.
velo > Séparez la piste cyclable de la chaussée par une bordure, au moins sur le pont.
velo > Pourquoi ne pas ouvrir un atelier de réparation de vélos, un samedi par mois, dans
    l'ancienne caserne ?
bus - La ligne 4 a trente minutes de retard un jour sur deux, et l'afficheur de l'arrêt annonce
    toujours "À L'APPROCHE".
bus - Le dernier bus part à 19 h 10 : quand on finit à la demie, on rentre à pied.
bus - Vous avez supprimé l'arrêt Moulin-Vert sans prévenir personne, c'est indigne.
bus - Le dimanche, pas un seul bus ne monte à Faux-Mont : à croire que ceux d'en haut ne sortent
    jamais.
bus - À 8 heures, le bus est si plein que le chauffeur ne s'arrête même plus à Rive-Imaginaire.
bus = J'ai 16 ans et je prends la ligne 7 matin et soir pour aller au lycée.
bus = Mon trajet en bus dure 50 minutes, dont 20 d'attente à la correspondance.
bus = Notre lotissement compte quatre cents logements, et l'arrêt de bus le plus proche est à 1,3
    km.
bus + Merci aux conducteurs de la ligne 2, toujours aimables, même aux heures de pointe.
bus + La navette gratuite du marché est formidable : je la prends toutes les semaines depuis
    l'été.
bus > Je demande un bus de nuit le vendredi et le samedi, au moins jusqu'à une heure du matin.
bus > Il suffirait d'un bus toutes les quinze minutes au lieu de trente entre 7 h et 9 h.
bus > Mettez un abri et un banc à l'arrêt du cimetière.
bus > On pourrait rendre le bus gratuit le samedi, comme l'a fait la vallée d'à côté.
marche - Les trottoirs de la rue des Écoles sont si étroits qu'il faut descendre sur la chaussée
    pour se croiser.
marche - Marcher dans le centre est devenu un slalom entre les terrasses, les panneaux et les
    trottinettes.
marche - Après chaque pluie, le passage sous la voie ferrée est une mare, et les piétons font un
    détour d'un kilomètre.
marche securite - Au feu de la mairie, le bonhomme reste vert huit secondes : même en courant, on
    finit au rouge au milieu des voitures.
marche = Je fais presque tout à pied, les courses, l'école et le marché.
marche = De chez moi à la gare, il y a douze minutes de marche par la ruelle des Tanneurs.
marche = Le lundi, nous sommes une vingtaine à marcher ensemble autour de l'étang.
marche + La promenade plantée le long du quai est un bonheur, on y marche à l'ombre jusqu'au port.
marche + La place des Tilleuls rendue aux piétons, c'est la meilleure idée depuis vingt ans.
marche voiture > Il faudrait fermer la rue du Moulin-Vert aux voitures le samedi, pour que l'on
    puisse y marcher tranquillement.
marche > Je suggère de planter des arbres et de poser des bancs tous les 200 mètres entre la gare
    et le centre, pour ceux qui marchent.
marche > Un passage piéton devant la boulangerie de la Combe, ce serait la moindre des choses.
marche > Posez des panneaux qui donnent les temps de marche : beaucoup ignorent que la piscine est
    à dix minutes à pied.
voiture - Encore un plan qui ne pense qu'à embêter les automobilistes !!
voiture - Votre "plan de circulation" n'a fait que déplacer les bouchons sous nos fenêtres.
voiture - Depuis le nouveau sens unique, je fais 3 km de plus en voiture pour déposer ma mère chez
    le médecin.
voiture - Les camions qui livrent le supermarché passent sous nos fenêtres dès 5 heures du matin,
    on n'en peut plus.
voiture - Le feu de l'avenue de la Gare provoque un bouchon jusqu'au rond-point tous les soirs, et
    personne ne fait rien.
voiture = Je suis infirmière à domicile : sans voiture, je ne peux pas voir mes vingt patients de
    la journée.
voiture = Là où j'habite, il n'y a pas de commerce à moins de 9 km et tout se fait en voiture.
voiture = Nous sommes cinq à partager une voiture pour aller à l'usine, chacun conduit un jour.
voiture + Le nouveau rond-point a fait disparaître les bouchons du matin, il faut le reconnaître.
voiture + L'autopartage lancé à la gare nous a permis de vendre notre deuxième voiture, bravo.
voiture > Il faudrait interdire le transit des poids lourds dans le centre entre 22 h et 6 h.
voiture > Je propose une aire de covoiturage à la sortie de la rocade, avec dix places et un abri.
voiture > Remettez la rue du Pont à double sens pour les voitures, au moins le temps des travaux.
stationnement - Impossible de se garer près du cabinet médical : les places sont prises par des
    voitures ventouses.
stationnement - 2,40 euros de l'heure pour se garer devant la boulangerie, vous vous moquez de
    nous.
stationnement marche - Des voitures sont garées sur le trottoir toute la journée devant la crèche,
    et aucune n'est verbalisée.
stationnement - J'ai pris 35 euros d'amende pour quatre minutes de retard au parcmètre, alors que
    la machine était en panne.
stationnement = Le parking de la salle des fêtes est vide cinq jours sur sept.
stationnement = Je tiens un commerce rue des Écoles, et mes clients se garent surtout derrière
    l'église.
stationnement = Sur la place de l'église, il reste 14 places de stationnement depuis les travaux.
stationnement + La première demi-heure de stationnement gratuite, c'est parfait pour le petit
    commerce.
stationnement + Le parking relais des Grands-Prés est commode et bien tenu, je m'y gare chaque
    jour sans chercher.
stationnement > Il faudrait une zone bleue d'une heure autour du marché.
stationnement > Je demande que le parking de la salle des fêtes soit ouvert aux habitants la nuit.
stationnement > Installez un horodateur qui accepte les pièces, place des Tilleuls.
stationnement > Créez une carte de stationnement à 10 euros par mois pour les résidents du centre.
stationnement voiture > Mettez des bornes de recharge sur au moins deux parkings, pour ceux qui
    roulent en voiture électrique.
accessibilite marche - En fauteuil, la rue des Écoles est infranchissable : trois marches, deux
    poteaux et un trottoir qui penche.
accessibilite bus - La rampe du bus de la ligne 7 ne marche jamais, et mon fils en fauteuil reste
    sur le quai.
accessibilite - L'ascenseur de la gare est en panne depuis onze semaines, et les poussettes
    montent à bout de bras.
accessibilite - Ma voisine, aveugle, ne sort plus seule : plus aucun feu sonore ne fonctionne dans
    le centre.
accessibilite = J'ai 82 ans, je marche avec une canne et je n'ai jamais eu de voiture.
accessibilite = Mon mari se déplace en fauteuil depuis son accident.
accessibilite = Notre association accompagne une trentaine de personnes malvoyantes dans leurs
    trajets.
accessibilite + Les bandes en relief posées devant la mairie m'ont rendu un peu de liberté, à moi
    qui vois très mal.
accessibilite bus + Le transport à la demande pour les personnes âgées est un service précieux et
    ponctuel.
accessibilite > Il faudrait abaisser les bordures de trottoir à chaque traversée, à commencer par
    le centre de soins.
accessibilite > Je propose que les annonces des arrêts soient faites à voix haute, pour les
    malvoyants.
accessibilite stationnement > Prévoyez deux places pour personnes handicapées devant la pharmacie.
securite voiture - Les voitures passent à 70 devant l'école, et il faudra un mort pour que la
    mairie bouge.
securite - Le carrefour du pont Supposé est un piège : j'y ai vu trois accidents depuis janvier.
securite velo marche - Entre les trottinettes, les vélos et les livreurs sur les trottoirs, je ne
    laisse plus ma fille marcher devant.
securite - Le lampadaire du virage est éteint depuis Noël, on traverse en espérant être vu.
securite = L'an dernier, j'ai compté quatre accrochages au croisement de la rue des Écoles et du
    quai.
securite = Le croisement du pont n'a ni feu ni stop, seulement une priorité à droite.
securite = Je fais traverser les enfants chaque matin, avec un gilet jaune et un panneau.
securite + Depuis la pose des ralentisseurs, on traverse enfin sans trembler devant la crèche,
    merci.
securite + La brigade qui fait traverser les enfants le matin est remarquable.
securite voiture > Passez tout le centre à 30 km/h et posez un radar pédagogique à l'entrée.
securite > Il faudrait des ralentisseurs devant les trois écoles avant la rentrée.
securite > Remettez un agent devant le collège à la sortie des classes.
securite > Éclairez le passage piéton du cimetière, où l'on traverse dans le noir dès 17 heures.
securite > Je demande un miroir au virage du chemin de la Combe, où l'on ne voit rien arriver.
autre - Le vrai problème, ce ne sont pas les transports, ce sont les crottes de chien.
autre - Encore une consultation dont personne ne lira les réponses, comme celle sur la piscine.
autre - La fibre n'arrive toujours pas chez nous, et vous nous demandez de répondre en ligne !
autre = Je profite de cette page pour signaler que la fontaine de la place fuit.
autre = Je cherche un local pour répéter avec ma chorale, nous sommes quatorze.
autre + Je voulais surtout remercier les agents de la bibliothèque, ils sont en or.
autre > Et si l'on rouvrait le cinéma, avec une séance pour les enfants le mercredi ?
autre > Il faudrait une deuxième boulangerie à Faux-Mont, l'actuelle ferme trois mois par an.
"""

OPENINGS = {
    "angry": [
        "Franchement, ça suffit.",
        "On nous demande notre avis, alors le voici.",
        "Ras-le-bol.",
        "Je suis en colère, et tout l'immeuble avec moi.",
        "Qui a pensé ce réseau ? Quelqu'un qui n'habite pas ici, c'est certain.",
    ],
    "calm": ["Bonjour,", "Madame, Monsieur,", "Bonsoir à tous,", "Une remarque en passant."],
}
# These say who is speaking: only for a text that does not say it already.
LIVES = [
    "J'habite ici depuis 1987.",
    "Nous sommes arrivés à Val-Fictif l'an dernier.",
    "Je réponds au nom d'un groupe de parents.",
    "Mère de trois enfants, je parle de ce que je vois tous les jours.",
    "Je livre des repas dans toute la vallée.",
    "Étudiant, je rentre ici chaque fin de semaine.",
]
SIGNATURES = [
    "Une habitante de la rue du Pont",
    "Un retraité du quai",
    "Le collectif des parents",
    "K., 17 ans",
    "Une voisine qui vous veut du bien",
    "Un abonné de la ligne 4",
]
CLOSINGS = {
    "angry": [
        "Réveillez-vous.",
        "À bon entendeur...",
        'Et ne venez pas me parler de "concertation".',
        "Je ne voterai pas pour des gens qui n'écoutent pas.",
        "Merci pour rien.",
    ],
    "calm": [
        "Merci de m'avoir lu jusqu'ici.",
        "Je reste à votre disposition pour en parler.",
        "Voilà, c'est dit.",
        "Bien cordialement.",
    ],
    "asking": [
        "Je sais que le budget est serré.",
        "Mes voisins de palier demandent la même chose.",
        "Ce n'est pas la lune.",
        "Comme disait mon père, « qui va lentement va sûrement ».",
    ],
}


def _phrase(line: str) -> Phrase:
    for sense in "-+=>":
        subjects, mark, text = line.partition(f" {sense} ")
        if mark and set(subjects.split()) <= set(SUBJECTS):
            return Phrase(tuple(subjects.split()), sense, text)
    raise ValueError(f"This line says neither its subjects nor its sense: {line}")


PHRASES = [_phrase(line) for line in _SAID.strip().replace("\n    ", " ").splitlines()]
