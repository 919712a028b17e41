"""The API's own types: plain frozen values, wrapped for GraphQL by `resolvers.schema` alone."""
