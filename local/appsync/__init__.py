"""AWS AppSync's GraphQL behaviour on one machine: HTTP, authorization, resolvers, live subscriptions.

It knows nothing of any product: an SDL, resolvers and an authorization config go in (`api`), an ASGI
application comes out (`server.create_app`). Error shapes, messages and frames are AppSync's own.
"""
