"""What dbt cannot do for the IND warehouse: build and publish in one go."""
