"""What dbt cannot do for the IND warehouse: check its input, publish what passed, write the docs site as one page."""
