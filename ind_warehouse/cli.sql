-- What the DuckDB command line does first in make cli.
use ind_warehouse.marts;
.print "You are in the schema marts; .tables lists its tables with their columns, and"
.print "  from list_tables();                     what each table is"
.print "  from list_columns('fct_caseload');      what each column means"
.print "  from find('objection');                 codes by a Dutch or English word"
.print "  from product('objections');             one product through the years"
.print "  from metric('backlog_change');          one metric across products"
.print "  from provenance('objections.pending', 2023);   where a figure is printed"
.print ".quit ends."
