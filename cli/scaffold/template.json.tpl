{
  "$schema": "../../packages/template-manifest/template.schema.json",
  "schemaVersion": 1,
  "name": "__NAME__",
  "version": "0.1.0",
  "description": "Keeps short notes.",
  "run": { "command": ["node", "server.mjs"] },
  "ports": [{ "name": "http", "port": 8080 }],
  "health": { "live": "/healthz/live", "ready": "/healthz/ready" },
  "parameters": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "auth": {
        "description": "What a caller must show: nothing (off), a token of the tenant, an API key, or either (any).",
        "enum": ["off", "jwt", "api-key", "any"],
        "default": "off"
      },
      "rateLimitPerSecond": {
        "description": "Requests per second that each replica answers; absent: no limit.",
        "type": "integer",
        "minimum": 1,
        "maximum": 1000000
      }
    }
  },
  "resources": {
    "free": {
      "requests": { "cpu": "50m", "memory": "96Mi" },
      "limits": { "cpu": "500m", "memory": "256Mi" },
      "replicas": { "min": 1, "max": 1 }
    },
    "standard": {
      "requests": { "cpu": "250m", "memory": "128Mi" },
      "limits": { "cpu": "1", "memory": "256Mi" },
      "replicas": { "min": 2, "max": 10 }
    }
  },
  "dataClasses": [{ "table": "__TABLE__", "families": ["n"] }],
  "conformance": {
    "probe": {
      "write": { "method": "POST", "path": "/notes", "body": "note {n}", "status": 201, "capture": "/id" },
      "check": { "kind": "readable", "read": { "path": "/notes/{value}" } }
    }
  }
}
