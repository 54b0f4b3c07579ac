"""Who took the legacy programme before there was a portal: a list somebody kept, as a spreadsheet would save it."""

PAST_FILE_NAME = "npqh-2013-to-2019.csv"

# Two are on the record for other reasons: the address joins them. Of the rest, few addresses still work.
PAST_LIST = """\
Full name;Email;TRN;Cohort;Started on;Completed on;Passed;Certificate number;Awarded on
Winnold Garrick;;2190011;Spring 2013;14/01/2013;18/07/2014;yes;LLP/2014/003;05/09/2014
Estrid Fallowes;;;Spring 2013;14/01/2013;18/07/2014;yes;LLP/2014/004;05/09/2014
Norbert Quillan-Shah;;2190037;Spring 2013;14/01/2013;18/07/2014;yes;LLP/2014/007;05/09/2014
Haldis Merriott;haldis.merriott@school.example;2190040;Spring 2013;14/01/2013;;no;;
Isadora Penhale-Wu;isadora.penhale-wu@larkfell.example;;Autumn 2014;15/09/2014;11/03/2016;yes;LLP/2016/011;22/04/2016
Dorothea Wainfleet;dorothea.wainfleet@larkfell.example;;Autumn 2014;15/09/2014;11/03/2016;yes;LLP/2016/012;22/04/2016
Osric Tamblyn-Roy;;2190066;Autumn 2014;15/09/2014;11/03/2016;yes;LLP/2016/014;22/04/2016
Lettie Copperwaite;;;Autumn 2014;15/09/2014;11/03/2016;yes;LLP/2016/015;22/04/2016
Evander Mossop-Eze;evander.mossop@school.example;2190074;Autumn 2014;15/09/2014;11/03/2016;yes;LLP/2016/016;22/04/2016
Théa Birchmoor;;2190082;Autumn 2014;15/09/2014;11/03/2016;yes;LLP/2016/019;22/04/2016
Godwin Alderscar;;;Summer 2016;18/04/2016;20/10/2017;yes;LLP/2017/021;01/12/2017
Petronella Swayne-Obi;;2190095;Summer 2016;18/04/2016;20/10/2017;yes;LLP/2017/022;01/12/2017
Ulric Brockbarrow;;;Summer 2016;18/04/2016;;no;;
Minerva Tolhurst-Lam;;2190103;Summer 2016;18/04/2016;20/10/2017;yes;LLP/2017/023;01/12/2017
Cosmo Dunnavant;cosmo.dunnavant@school.example;;Summer 2016;18/04/2016;20/10/2017;yes;LLP/2017/025;01/12/2017
Ruperta Heathwick;;2190111;Summer 2016;18/04/2016;20/10/2017;yes;;
Ansgar Pellowby-Jain;;;Summer 2016;18/04/2016;20/10/2017;yes;LLP/2017/026;01/12/2017
Sabra Wintergill;;2190129;Autumn 2018;17/09/2018;13/12/2019;yes;LLP/2020/031;24/01/2020
Leofric Vantongeren;;;Autumn 2018;17/09/2018;13/12/2019;yes;LLP/2020/032;24/01/2020
Odalys Farrimoor;odalys@school.example;2190137;Autumn 2018;17/09/2018;13/12/2019;yes;LLP/2020/033;24/01/2020
Hartwin Ewescombe;;;Autumn 2018;17/09/2018;13/12/2019;yes;LLP/2020/035;24/01/2020
Blodwen Gwernhollow;;2190145;Autumn 2018;17/09/2018;13/12/2019;yes;LLP/2020/036;24/01/2020
Inigo Skarrow-Batt;;;Autumn 2018;17/09/2018;;no;;
Tirzah Umberstead;;2190152;Autumn 2018;17/09/2018;13/12/2019;yes;LLP/2020/038;24/01/2020
Valdemar Crosswick-Adu;;2190160;Autumn 2018;17/09/2018;13/12/2019;yes;LLP/2020/040;24/01/2020
"""
