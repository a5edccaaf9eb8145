package io.warroom.config.incident;

import static io.warroom.config.openapi.Shape.id;
import static io.warroom.config.openapi.Shape.line;
import static io.warroom.config.openapi.Shape.list;
import static io.warroom.config.openapi.Shape.named;
import static io.warroom.config.openapi.Shape.object;
import static io.warroom.config.openapi.Shape.oneOf;
import static io.warroom.config.openapi.Shape.string;
import static io.warroom.config.openapi.Shape.text;

import io.warroom.config.openapi.ApiDescription;
import io.warroom.config.openapi.Described;
import io.warroom.config.openapi.Shape;
import io.warroom.event.ChatChoice;
import io.warroom.event.IncidentLimits;
import io.warroom.event.Role;
import io.warroom.event.Severity;

/** What the routes of incidents take and answer. The limits are those of {@link IncidentLimits}. */
public final class IncidentApi implements Described {

    private static final String TOPIC = "Incidents";
    private static final String ACCEPTED = """
            {"tenantId": "acme", "incidentId": "INC-4711", "topic": "incident-declared", "partition": 3, "offset": 42}""";

    private static final String DECLARED = """
            {"tenantId": "acme", "incidentId": "INC-4711", "topic": "incident-declared", "partition": 3, "offset": 42, \
            "effect": "OPENS"}""";

    @Override
    public void describe(ApiDescription api) {
        api.topic(TOPIC, "What incident systems say. Answered once the topic has it; the room follows within seconds.");
        api.shape("Severity", severities().saying("P1 is the worst."));
        api.shape("Responder", responder());
        api.shape(
                "Link",
                object().with("title", line(255))
                        .with(
                                "url",
                                string().format("uri")
                                        .matching("^[Hh][Tt][Tt][Pp][Ss]?://")
                                        .saying("Absolute, http or https, at most 2048 characters.")
                                        .like("https://status.example.com/4711")));
        api.shape("Accepted", accepted());
        api.shape("Declared", declared());
        api.shape("Declaration", declaration());
        api.shape("Update", update());
        api.shape("Resolution", resolution());

        api.route(TOPIC, "POST", "/incidents", "declareIncident", "Declare an incident")
                .saying(
                        "Safe to repeat: an incident has one room however often it is declared. `effect` is what this"
                                + " declaration does by the read model, which may lag behind the topics for some seconds; the"
                                + " worker decides by the topics. A declaration with an equal or earlier `declaredAt` is a repeat.")
                .takes(named("Declaration"))
                .like("whole", """
                        {"incidentId": "INC-4711", "title": "Checkout is down", "severity": "P1", "impact": "Nobody can pay", \
                        "service": "checkout", "region": "eu-1", "declaredAt": "2026-10-01T09:30:00Z", "chat": "LARK", \
                        "links": [{"title": "Status page", "url": "https://status.example.com/4711"}], \
                        "responders": [{"personId": "p-17", "name": "Wei Chen", "email": "wei@example.com", \
                        "mobile": "+8613800000000", "role": "COMMANDER"}]}""")
                .like("least", """
                        {"incidentId": "INC-4712", "title": "Disk is full", "severity": "P3"}""")
                .answers(202, "The topic has it.", named("Declared"), DECLARED, "Idempotency-Replayed")
                .refuses(400, "invalid-idempotency-key")
                .refuses(409, "request-under-way")
                .refuses(422, "idempotency-key-reused")
                .refuses(429, "too-many-keys")
                .refuses(503, "broker-unavailable");
        api.route(TOPIC, "PATCH", "/incidents/{incidentId}", "updateIncident", "Say what has changed about an incident")
                .saying(
                        "What is left out stays as it is. Whether the incident was declared is not asked: its declaration may be on"
                                + " its way.")
                .takes(named("Update"))
                .like("note", """
                        {"note": "Payment provider confirmed the outage", "severity": "P2"}""")
                .answers(202, "The topic has it.", named("Accepted"), ACCEPTED, "Idempotency-Replayed")
                .refuses(400, "invalid-incident", "invalid-idempotency-key")
                .refuses(409, "request-under-way")
                .refuses(422, "idempotency-key-reused")
                .refuses(429, "too-many-keys")
                .refuses(503, "broker-unavailable");
        api.route(TOPIC, "POST", "/incidents/{incidentId}/resolve", "resolveIncident", "Say that an incident is over")
                .takes(named("Resolution"))
                .like("summary", """
                        {"summary": "Provider is back; 12 minutes of lost payments"}""")
                .answers(202, "The topic has it.", named("Accepted"), ACCEPTED, "Idempotency-Replayed")
                .refuses(400, "invalid-incident", "invalid-idempotency-key")
                .refuses(409, "request-under-way")
                .refuses(422, "idempotency-key-reused")
                .refuses(429, "too-many-keys")
                .refuses(503, "broker-unavailable");
    }

    private static Shape accepted() {
        return object().saying("Where the event is.")
                .with("tenantId", string())
                .with("incidentId", id())
                .with("topic", string())
                .with("partition", Shape.number(0, Integer.MAX_VALUE))
                .with("offset", Shape.count());
    }

    private static Shape declared() {
        return accepted()
                .with(
                        "effect",
                        oneOf(DeclarationEffect.values())
                                .saying(
                                        "OPENS: the incident is new, a room is opened. REPLACES_WAITING: it takes the place of"
                                                + " the declaration that waits and is tried at once. TRIES_AGAIN: no room was"
                                                + " opened, it is tried again. REPEATS: the result is published again; another"
                                                + " room is opened only if the room is gone on the platform. OPENS_ANOTHER: the"
                                                + " room was closed, another is opened. UNKNOWN: the read model did not answer"
                                                + " in time."));
    }

    private static Shape severities() {
        return oneOf(Severity.P1, Severity.P2, Severity.P3, Severity.P4, Severity.P5);
    }

    private static Shape inAddress(String field) {
        return string().saying("As in the address, or left out.").note("x-same-as", "path." + field);
    }

    private static Shape time(String what) {
        return Shape.time().saying(what + ", from the year 2000 to a day ahead; now when it is left out.");
    }

    private static Shape responders() {
        return list(named("Responder")).atMost(IncidentLimits.RESPONDERS).saying("Each `personId` once.");
    }

    private static Shape declaration() {
        return object().maybe("tenantId", inAddress("tenantId"))
                .with("incidentId", id())
                .with("title", line(IncidentLimits.TITLE))
                .with("severity", named("Severity"))
                .maybe("description", text(4000))
                .maybe("impact", text(1000))
                .maybe("service", text(255))
                .maybe("region", text(255))
                .maybe("declaredAt", time("When"))
                .maybe(
                        "chat",
                        oneOf(ChatChoice.WECOM, ChatChoice.DINGTALK, ChatChoice.LARK, ChatChoice.NONE)
                                .saying("A platform other than the active app's; NONE for no chat."))
                .maybe("links", list(named("Link")).atMost(IncidentLimits.LINKS))
                .maybe("responders", responders());
    }

    private static Shape update() {
        return object().maybe("tenantId", inAddress("tenantId"))
                .maybe("incidentId", inAddress("incidentId"))
                .maybe("title", line(IncidentLimits.TITLE))
                .maybe("severity", named("Severity"))
                .maybe("impact", text(1000))
                .maybe("note", text(4000))
                .maybe("addedResponders", responders())
                .maybe("updatedAt", time("When"))
                .needingAnyOf("title", "severity", "impact", "note");
    }

    private static Shape resolution() {
        return object().maybe("tenantId", inAddress("tenantId"))
                .maybe("incidentId", inAddress("incidentId"))
                .maybe("summary", text(4000))
                .maybe("resolvedAt", time("When"));
    }

    private static Shape responder() {
        return object().with("personId", id())
                .with("name", line(255))
                .maybe(
                        "email",
                        string().matching(
                                        "^[^\\s@\\u0000-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]{1,64}@[^\\s@\\u0000-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069]{1,189}$")
                                .like("wei@example.com"))
                .maybe(
                        "mobile",
                        string().matching("^\\+[1-9][0-9]{4,14}$")
                                .saying("In E.164 form.")
                                .like("+8613800000000"))
                .maybe("platformUserId", id())
                .maybe(
                        "role",
                        oneOf(Role.COMMANDER, Role.COMMUNICATIONS, Role.RESPONDER)
                                .otherwise("RESPONDER"));
    }
}
