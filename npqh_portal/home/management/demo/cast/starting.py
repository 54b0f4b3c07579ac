"""Placed, and about to begin: their first day is within two weeks."""

from .people import Character

STARTING = (
    Character("Ottilie Brathay-Sen", "900201", "aspiring"),
    Character("Caspian Wraysholm", "900202"),
    Character("Imelda Torver-Nandi", "900203", "new"),
    Character("Jago Blindtarn", "900206"),
    Character("Perpetua Swarth-Adeyemi", "900207", "appointed"),
    Character("Fergus Lingmell", "900208", "aspiring"),
    Character("Sabiha Cawdale-Mirza", "900209"),
    Character("Alban Haycock-Reid", "900210", "new"),
    Character("Lettice Oxenfell", "900211"),
    Character("Mungo Ravenscar-Teo", "900213", "aspiring"),
    Character("Zelda Yewbarrow", "900214"),
    Character("Kwame Hallin-Fell", "900215", group=2),
    Character("Araminta Pavey-Stone", "900216", "appointed", group=2),
    Character("Dilys Rosthorn-Ncube", "900217", group=2),
    Character("Lorcan Whinlatch", "900218", "new", group=2),
    Character("Henrietta Mosedene-Ong", "900219", group=2),
    Character("Piers Grisegill-Okeke", "900222", "aspiring", group=2),
    Character("Saoirse Glaramoor", "900223", group=2),
    Character("Ephraim Ullscar", "900225", group=2),
    Character("Nerys Dŵrlas", "900111", "appointed", group=2),
    Character("Bartholomew Stybarrow", "900226", group=2, turn="declined"),
    Character("Anneliese Fairholt-Kaur", "900227", group=2),
)
