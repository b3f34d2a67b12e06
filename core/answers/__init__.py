"""Answers from stored records, each with its figures' origin and the page that proves it.

`core.answers.catalogue` lists the tools; the Ask page, the MCP server and a language model
call the same ones. Nothing here fits or loads a model.
"""
