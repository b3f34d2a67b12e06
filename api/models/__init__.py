"""What is asked and answered, typed, with an example each: the source of the OpenAPI document."""
