//! HTTP: the CRM API, the Camunda 8 API, wire types and OpenAPI.
