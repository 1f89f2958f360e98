-- The first commands of make cli.
use ind_warehouse.marts;
.pager off
.print "You are in the schema marts. To get started:"
.print "  show tables;  from list_tables();              the tables, and what each one is"
.print "  from figures();                                every figure with its margin"
.print "  from list_columns('fct_caseload');             what each column means"
.print "  from find('objection');                        find codes by a Dutch or English word"
.print "  from product('objections');                    one procedure over the years"
.print "  from notes('objections');                      what to know before you compare"
.print "  from metric('backlog_change');                 one metric across products"
.print "  from provenance('objections.pending', 2023);   where a figure is printed"
.print "  from cite('objections.pending', 2023);         how to cite it"
.print ".mode line shows long texts in full, .mode duckbox switches back, .quit quits."
