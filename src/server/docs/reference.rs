//! The reference of the API, as Markdown made from its own description: a new route appears by itself.

use std::fmt::Write as _;

use serde_json::{Map, Value};
use utoipa::openapi::OpenApi;

/// Errors are all of one kind (RFC 9457); the description repeats its schema with each.
const PROBLEM: &str = "application/problem+json";
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The whole reference.
pub(super) fn markdown(description: &OpenApi) -> String {
    let document = serde_json::to_value(description).expect("a description is plain data");
    let mut text = "# API reference\n\nEvery route begins with `/api/v1`. The same for machines: \
                    [`/api/v1/openapi.json`](/api/v1/openapi.json). How calls are made: [REST API](/docs/rest-api); \
                    what errors mean: [Errors](/docs/errors).\n\n"
        .to_owned();
    for tag in tags(&document) {
        let _ = writeln!(text, "## {tag}\n");
        for (path, method, operation) in operations(&document).filter(|(.., operation)| tag_of(operation) == tag) {
            write_operation(&mut text, &document, path, method, operation);
        }
    }
    text.push_str("## Schemas\n\n");
    for (name, schema) in members(&document["components"]["schemas"]) {
        let _ = writeln!(text, "### Schema `{name}`\n\n{}\n", line(schema));
        let words: Vec<String> = words(schema).iter().map(|word| format!("`{word}`")).collect();
        if !words.is_empty() {
            let _ = writeln!(text, "One of {}.\n", words.join(", "));
        }
        write_members(&mut text, &document, schema);
    }
    text
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn operations(document: &Value) -> impl Iterator<Item = (&String, &'static str, &Value)> {
    members(&document["paths"]).flat_map(|(path, methods)| {
        METHODS.into_iter().filter_map(move |method| methods.get(method).map(|operation| (path, method, operation)))
    })
}

fn tag_of(operation: &Value) -> &str {
    operation["tags"][0].as_str().unwrap_or("Other")
}

/// In the order of the routes.
fn tags(document: &Value) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for (.., operation) in operations(document) {
        if !tags.iter().any(|known| known == tag_of(operation)) {
            tags.push(tag_of(operation).to_owned());
        }
    }
    tags
}

fn write_operation(text: &mut String, document: &Value, path: &str, method: &str, operation: &Value) {
    let summary = operation["summary"].as_str().unwrap_or_default();
    let _ = writeln!(text, "### {summary}\n\n`{} {path}`\n", method.to_uppercase());
    if let Some(description) = operation["description"].as_str() {
        let _ = writeln!(text, "{description}\n");
    }
    if operation["security"].as_array().is_some_and(|all| all.iter().all(|one| one == &Value::Object(Map::new()))) {
        text.push_str("Needs no secret.\n\n");
    }
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    if !parameters.is_empty() {
        text.push_str("| parameter | in | type | meaning |\n|---|---|---|---|\n");
        for parameter in &parameters {
            let needed = if parameter["required"] == true { "Required. " } else { "" };
            let (name, place) =
                (parameter["name"].as_str().unwrap_or_default(), parameter["in"].as_str().unwrap_or_default());
            let (type_, limits) = (type_of(&parameter["schema"]), limits(&parameter["schema"]));
            let _ = writeln!(text, "| `{name}` | {place} | {type_}{limits} | {needed}{} |", line(parameter));
        }
        text.push('\n');
    }
    for (kind, body) in members(&operation["requestBody"]["content"]) {
        let _ = writeln!(text, "Body, `{kind}`: {}\n", type_of(&body["schema"]));
        write_members(text, document, resolve(document, &body["schema"]));
    }
    text.push_str("| answer | meaning | body |\n|---|---|---|\n");
    for (status, answer) in members(&operation["responses"]) {
        let body = members(&answer["content"]).next().map(|(kind, body)| match kind.as_str() {
            PROBLEM => "[Problem](#schema-problem)".to_owned(),
            _ => type_of(&body["schema"]),
        });
        let headers: Vec<String> = members(&answer["headers"]).map(|(name, _)| format!("`{name}`")).collect();
        let headers = if headers.is_empty() { String::new() } else { format!(" With {}.", headers.join(", ")) };
        let _ = writeln!(text, "| {status} | {}{headers} | {} |", line(answer), body.unwrap_or_default());
    }
    text.push('\n');
}

fn write_members(text: &mut String, document: &Value, schema: &Value) {
    let all = parts(document, schema);
    let required = |name: &str| {
        let lists = all.iter().filter_map(|part| part["required"].as_array());
        lists.flatten().any(|one| one == name)
    };
    let mut properties = all.iter().flat_map(|part| members(&part["properties"])).peekable();
    if properties.peek().is_none() {
        return;
    }
    text.push_str("| member | type | meaning |\n|---|---|---|\n");
    for (name, member) in properties {
        let needed = if required(name) { "" } else { "Optional. " };
        let example = match &member["example"] {
            Value::Null => String::new(),
            example => format!(" Example: `{}`.", example.to_string().replace('|', "\\|")),
        };
        let (type_, limits) = (type_of(member), limits(member));
        let _ = writeln!(text, "| `{name}` | {type_}{limits} | {needed}{}{example} |", line(member));
    }
    text.push('\n');
}

/// A schema, or all that it is put together from.
fn parts<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    match schema["allOf"].as_array() {
        Some(all) => all.iter().flat_map(|part| parts(document, resolve(document, part))).collect(),
        None => vec![schema],
    }
}

/// The words that a schema allows, if it is a choice of words.
fn words(schema: &Value) -> Vec<&str> {
    let here = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    here.chain(schema["oneOf"].as_array().into_iter().flatten().flat_map(words)).collect()
}

/// The schema itself, if it is named elsewhere.
fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let named = schema["$ref"].as_str().and_then(|name| document.pointer(name.trim_start_matches('#')));
    named.unwrap_or(schema)
}

/// A type in a word, or where it is described.
fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("[{name}](#schema-{})", super::anchor(name));
    }
    let either = |all: &Vec<Value>| all.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    for word in ["oneOf", "anyOf", "allOf"] {
        if let Some(all) = schema[word].as_array() {
            return either(all);
        }
    }
    match &schema["type"] {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        Value::String(word) if word == "array" => format!("array of {}", type_of(&schema["items"])),
        Value::String(word) => word.clone(),
        _ => String::new(),
    }
}

/// How long a text, how many items, how great a number may be.
fn limits(schema: &Value) -> String {
    let ranges =
        [("minLength", "maxLength", " characters"), ("minItems", "maxItems", " items"), ("minimum", "maximum", "")];
    let said = ranges.iter().find_map(|(least, most, what)| match (schema[*least].as_u64(), schema[*most].as_u64()) {
        (Some(least), Some(most)) => Some(format!(", {least} to {most}{what}")),
        (Some(least), None) => Some(format!(", {least} or more{what}")),
        (None, Some(most)) => Some(format!(", up to {most}{what}")),
        (None, None) => None,
    });
    said.unwrap_or_default()
}

/// What is said of it, on one line of a table.
fn line(value: &Value) -> String {
    let text = value["description"].as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_on_the_page() {
        let description = crate::rest::openapi::description();
        let text = markdown(&description);
        let document = serde_json::to_value(&description).unwrap();
        let mut seen = 0;
        for (path, method, operation) in operations(&document) {
            let summary = operation["summary"].as_str().unwrap();
            let whole = format!("### {summary}\n\n`{} {path}`\n", method.to_uppercase());
            assert_eq!(text.matches(&whole).count(), 1, "{method} {path}");
            seen += 1;
        }
        assert!(seen > 40, "{seen}");
        for (name, _) in members(&document["components"]["schemas"]) {
            assert!(text.contains(&format!("### Schema `{name}`\n")), "{name}");
        }
        let schema =
            |name: &str| text.split(&format!("### Schema `{name}`\n")).nth(1).unwrap().split("### ").next().unwrap();
        for member in ["`secret`", "`scopes`", "`expires_at`"] {
            assert!(schema("NewCredential").contains(member), "put together from two: {member}");
        }
        let create = text.split("### Create an access token\n").nth(1).unwrap().split("### ").next().unwrap();
        assert!(create.contains("| `name` | string, 3 to 255 characters | 3 to"), "needed, and its limits: {create}");
        assert!(create.contains("| `scopes` | array of string, 1 or more items | At least"), "{create}");
        assert!(create.contains("With `Location`") && !create.contains("| object |"), "{create}");
        assert!(schema("Problem").contains("`request_id`"));
        assert!(schema("Level").contains("One of `workspace`, `project`."), "{}", schema("Level"));
    }
}
