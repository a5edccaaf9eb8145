package io.warroom.config.openapi;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every code that a refusal may carry, and what it means; and those that any route may answer with. Stateless. */
final class KnownProblems {

    /** Where a code is in a problem's {@code type}. */
    static final String TYPE = "urn:warroom:problem:";

    /** Code to meaning, for the document's reader; the answer's own {@code detail} says what to do. */
    static final Map<String, String> MEANINGS = new TreeMap<>(Map.ofEntries(
            entry("already-enabled", "The app is enabled already: change its key instead."),
            entry("app-refused", "The platform was asked and does not take the app; `findings` say why."),
            entry("bad-request", "A parameter is of the wrong type."),
            entry("broker-unavailable", "Kafka or the schema registry did not accept the event in time."),
            entry("changed-meanwhile", "It was changed at the same moment: read it and try again."),
            entry("checks-busy", "The instance runs as many checks as it may."),
            entry("cross-site", "A browser asked for the change for another site's page."),
            entry("csrf", "A change by session lacks the page's CSRF token."),
            entry("database-lost", "The database was lost meanwhile, perhaps behind the change: read first."),
            entry("database-unavailable", "The database cannot be reached; nothing was changed."),
            entry("declaration-expired", "The declaration has left its topic: declare the incident again."),
            entry("duplicate-field", "A field is given twice."),
            entry("forbidden", "It is another tenant's, or the role does not reach so far."),
            entry("idempotency-key-reused", "The key was sent with another body within the last day."),
            entry("internal-error", "A fault of the service; its log has it under the request id."),
            entry("invalid", "Fields cannot be accepted; `errors` name each."),
            entry("invalid-idempotency-key", "The header is not 1 to 255 visible ASCII characters."),
            entry("invalid-incident", "The address names no possible incident."),
            entry("invalid-parameter", "Query parameters cannot be accepted; `errors` name each."),
            entry("invalid-person", "The address names no possible person."),
            entry("invalid-tenant", "The address names no possible tenant."),
            entry("invalid-token", "The token is malformed, unknown, expired, revoked or meant for another service."),
            entry("malformed", "The body is not one JSON object."),
            entry("no-stream-left", "The instance serves as many streams as it may, or is stopping."),
            entry("no-such-incident", "Nothing is known of such an incident."),
            entry("no-such-token", "The tenant has no such API token."),
            entry("not-acceptable", "The answer is of another media type than those that `Accept` names."),
            entry("not-bound", "The person is not bound to a platform user."),
            entry("not-enabled", "The tenant has no enabled app on the platform."),
            entry("nothing-to-retry", "The room is open and its first message is sent, or the room is closed."),
            entry("precondition-required", "The change needs `If-Match`: the revision that was read, or `*`."),
            entry("refused", "The server refused the request before it looked at its address."),
            entry("request-under-way", "The same request is under way."),
            entry("sign-in-unavailable", "Who calls cannot be checked now."),
            entry("stale", "It was changed since it was read: `If-Match` names another revision."),
            entry("too-large", "The body is larger than 1 MB."),
            entry("too-many-checks", "The tenant has as many checks running as it may."),
            entry("too-many-keys", "The tenant has as many idempotency keys as are kept: send the request without."),
            entry("too-many-requests", "The tenant sends more requests than the service accepts."),
            entry("too-many-reads", "The tenant has as many lists being read here as it may."),
            entry("too-many-streams", "The tenant has as many streams here as it may."),
            entry("too-many-tokens", "The tenant has as many API tokens as it may."),
            entry("too-slow", "The list took too long and was stopped: select less."),
            entry("too-many-tries", "Too many wrong passwords."),
            entry("unauthenticated", "Nobody says who calls."),
            entry("unknown-platform", "There is no such platform."),
            entry("unsupported-media-type", "The body is not said to be `application/json`."),
            entry("wrong-password", "The user or the password is wrong.")));

    /** Of every route under a tenant: status to codes. */
    static final Map<Integer, List<String>> OF_EVERY_ROUTE = Map.of(
            400, List.of("invalid-tenant", "refused"),
            401, List.of("invalid-token", "unauthenticated", "wrong-password"),
            403, List.of("cross-site", "csrf", "forbidden"),
            406, List.of("not-acceptable"),
            429, List.of("too-many-requests", "too-many-tries"),
            500, List.of("internal-error"),
            503, List.of("database-lost", "database-unavailable", "sign-in-unavailable"));

    /** Of every route that takes a body, besides. */
    static final Map<Integer, List<String>> OF_EVERY_BODY = Map.of(
            400, List.of("duplicate-field", "malformed"),
            413, List.of("too-large"),
            415, List.of("unsupported-media-type"),
            422, List.of("invalid"));

    private KnownProblems() {}
}
