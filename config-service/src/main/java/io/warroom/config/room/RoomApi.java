package io.warroom.config.room;

import static io.warroom.config.openapi.Shape.count;
import static io.warroom.config.openapi.Shape.list;
import static io.warroom.config.openapi.Shape.named;
import static io.warroom.config.openapi.Shape.object;
import static io.warroom.config.openapi.Shape.oneOf;
import static io.warroom.config.openapi.Shape.string;
import static io.warroom.config.openapi.Shape.time;

import io.warroom.config.openapi.ApiDescription;
import io.warroom.config.openapi.Described;
import io.warroom.config.openapi.Shape;
import io.warroom.event.FailureReason;
import io.warroom.event.MessageKind;
import io.warroom.event.MessageState;
import io.warroom.event.MissingReason;
import io.warroom.event.ParkReason;
import io.warroom.event.Platform;
import io.warroom.event.Severity;
import java.util.List;

/** What the routes of war rooms take and answer. */
final class RoomApi implements Described {

    private static final String TOPIC = "War rooms";

    private static final String ITEM = """
            {"tenantId": "acme", "incidentId": "INC-4711", "title": "Checkout is down", "state": "OPENED", "platform": "LARK", \
            "severity": "P1", "region": "eu-1", "declaredAt": "2026-10-01T09:30:00Z", "openedAt": "2026-10-01T09:30:02.100Z", \
            "resolvedAt": null, "closedAt": null, "roomId": "oc_a0553eda9014c201e6969b478895c230", "roomName": "INC-4711 Checkout", \
            "appRevision": 3, "peopleIn": 4, "peopleMissing": 1, "generation": 1, "firstMessage": "SENT", "failure": null, "waiting": null""";

    private static final String DETAIL = ITEM + """
            , "description": null, "impact": "Nobody can pay", "service": "checkout", "summary": null, "links": [], \
            "responders": [{"personId": "p-17", "name": "Wei Chen", "platformUserId": null, "role": "COMMANDER"}], "respondersTotal": 1, \
            "members": [{"personId": "p-17", "name": "Wei Chen", "platformUserId": "ou_1", "role": "COMMANDER"}], \
            "missing": [{"personId": "p-18", "name": "Li Na", "reason": "NOT_FOUND", "detail": "No such mobile number."}], \
            "messages": [{"at": "2026-10-01T09:30:02.400Z", "kind": "FIRST", "state": "SENT", \
            "text": "**Checkout is down**\\n**Severity**: P1", "messageId": "om_dc13264520392913993dd051dba21dcf", "detail": null, \
            "platformCode": null, "platformRequestId": null}], \
            "timeline": [{"at": "2026-10-01T09:30:00Z", "event": "DECLARED"}, {"at": "2026-10-01T09:30:02.100Z", "event": "OPENED"}]}""";

    private static final String STREAM = """
            retry: 3417
            id: 1f0c2a9b-41

            event: war-room
            id: 1f0c2a9b-42
            data: {"tenantId":"acme","incidentId":"INC-4711","state":"OPENED", ...}

            event: war-room-removed
            id: 1f0c2a9b-43
            data: {"tenantId":"acme","incidentId":"INC-17"}

            """;

    @Override
    public void describe(ApiDescription api) {
        api.topic(TOPIC, "What came of the incidents, as the topics tell it.");
        shapes(api);

        filters(api.route(TOPIC, "GET", "/war-rooms", "listWarRooms", "A page of war rooms, the newest incident first"))
                .query("limit", Shape.number(1, RoomBoard.MAX_LIMIT).otherwise(RoomBoard.DEFAULT_LIMIT))
                .query("cursor", string().saying("`next` of the page before."))
                .answers(
                        200,
                        "A page.",
                        object().with("items", list(named("WarRoom")))
                                .with(
                                        "totals",
                                        totals().saying(
                                                        "The tenant's rooms of each state, whatever `state` says; null with any"
                                                                + " other filter, and with `cursor`.")
                                                .orNull())
                                .with(
                                        "next",
                                        string().orNull()
                                                .saying(
                                                        "The next page's cursor; null on the last. A filter looks through "
                                                                + RoomStore.WINDOW
                                                                + " incidents for each page: with few matches a page has fewer items than"
                                                                + " `limit`, perhaps none, and `next` goes on with older incidents."))
                                .with(
                                        "streamFrom",
                                        string().saying("For `after` of the stream: nothing is missed between.")),
                        "{\"items\": [" + ITEM
                                + "}], \"totals\": {\"CLOSED\": 0, \"DECLARED\": 0, \"FAILED\": 0, \"OPENED\": 1,"
                                + " \"WAITING\": 0}, \"next\": null, \"streamFrom\": \"1f0c2a9b-41\"}")
                .refuses(400, "invalid-parameter")
                .refuses(429, "too-many-reads")
                .refuses(503, "too-slow");
        api.route(TOPIC, "GET", "/war-rooms/stream", "streamWarRooms", "War rooms as they change (server-sent events)")
                .saying(
                        "`war-room` has the list's item (WarRoom) as data, `war-room-removed` only whose it is, and `reset`"
                                + " says that the list must be read anew. Comments are heartbeats. Every room's last state arrives; states"
                                + " between may be left out. Begins now, behind `after`, or behind `Last-Event-ID`; ends after an hour, for"
                                + " the client to come back, and with `replaced` when newer streams of the same browser session need its"
                                + " place.")
                .query("after", mark().saying("`streamFrom` of the list, or an event's id."))
                .streams("Events, until the client goes.", STREAM)
                .refuses(400, "invalid-parameter")
                .refuses(429, "too-many-streams")
                .refuses(503, "no-stream-left");
        api.route(
                        TOPIC,
                        "GET",
                        "/war-rooms/{incidentId}",
                        "findWarRoom",
                        "One war room, with who is in and what happened")
                .answers(200, "Everything that is known.", named("WarRoomDetail"), DETAIL, "ETag")
                .refuses(400, "invalid-incident", "invalid-parameter")
                .refuses(404, "no-such-incident")
                .refuses(429, "too-many-reads")
                .refuses(503, "too-slow");
    }

    private static ApiDescription.Route filters(ApiDescription.Route route) {
        return route.queries("state", states().saying("Any of these states."))
                .query("platform", oneOf(Platform.WECOM, Platform.DINGTALK, Platform.LARK))
                .query("severity", severities())
                .queries(
                        "firstMessage",
                        oneOf(FirstMessage.values()).saying("Any of these states of the room's first message."))
                .query("region", Shape.line(255).saying("The whole of it."))
                .query("q", Shape.line(255).saying("Part of the title or of the incident's id."))
                .query("from", time().saying("Declared at or after."))
                .query("to", time().saying("Declared before."));
    }

    private static void shapes(ApiDescription api) {
        api.shape("WarRoom", item(object()).saying("An incident and its room."));
        api.shape("WarRoomDetail", detail());
        api.shape(
                "Failure",
                object().with("reason", oneOf(FailureReason.values()))
                        .with("detail", string().saying("What a person can do."))
                        .with("platformCode", string().orNull())
                        .with("platformRequestId", string().orNull())
                        .with("failedAt", time()));
        api.shape(
                "Waiting",
                object().with("reason", oneOf(ParkReason.values()))
                        .with("detail", string())
                        .with("attempts", count())
                        .with("nextTryAt", time())
                        .with("deadline", time()));
        api.shape(
                "Participant",
                object().with("personId", string())
                        .with("name", string())
                        .with("platformUserId", string().orNull())
                        .with("role", string()));
        api.shape(
                "Absentee",
                object().with("personId", string())
                        .with("name", string())
                        .with("reason", oneOf(MissingReason.values()))
                        .with("detail", string()));
        api.shape(
                "Message",
                object().saying("Something that was said in the room, and what came of it.")
                        .with("at", time().saying("When that was known."))
                        .with("kind", oneOf(MessageKind.values()))
                        .with(
                                "state",
                                oneOf(MessageState.values())
                                        .saying(
                                                "UNANSWERED: no answer came, so that perhaps it arrived. GIVEN_UP: its time was over."))
                        .with("text", string().saying("As given to the platform: bold and links are markdown."))
                        .with("messageId", string().orNull().saying("The platform's."))
                        .with("detail", string().orNull().saying("Why it was not taken."))
                        .with("platformCode", string().orNull())
                        .with("platformRequestId", string().orNull()));
        api.shape("WebLink", object().with("title", string()).with("url", string()));
        api.shape(
                "Step",
                object().saying("Something that happened.")
                        .with("at", time())
                        .with("event", oneOf(List.of("DECLARED", "UPDATED", "FAILED", "OPENED", "RESOLVED", "CLOSED")))
                        .maybe("title", string().orNull())
                        .maybe("severity", string().orNull())
                        .maybe("impact", string().orNull())
                        .maybe("note", string().orNull())
                        .maybe(
                                "added",
                                list(named("Participant")).saying("The first " + Saying.Update.NAMES + " at most."))
                        .maybe("addedTotal", count().saying("How many were added."))
                        .maybe("reason", oneOf(FailureReason.values()))
                        .maybe("dissolved", Shape.flag()));
    }

    private static Shape item(Shape object) {
        return object.with("tenantId", string())
                .with("incidentId", string())
                .with("title", string().orNull())
                .with("state", states())
                .with("platform", string().orNull())
                .with("severity", string().orNull())
                .with("region", string().orNull())
                .with("declaredAt", time())
                .with("openedAt", time().orNull())
                .with("resolvedAt", time().orNull())
                .with("closedAt", time().orNull())
                .with("roomId", string().orNull())
                .with("roomName", string().orNull())
                .with("appRevision", count().orNull().saying("Of the app that opened it, or tried to."))
                .with("peopleIn", count())
                .with("peopleMissing", count())
                .maybe(
                        "generation",
                        Shape.number(1, Integer.MAX_VALUE)
                                .saying(
                                        "Which room of the incident: one more each time that it is declared again after its room"
                                                + " was closed or is gone."))
                .maybe(
                        "firstMessage",
                        oneOf(FirstMessage.values())
                                .orNull()
                                .saying(
                                        "What came of the room's first message; without SENT the room is silent. PENDING: not"
                                                + " posted yet, or no answer came, and it is posted again. Null without a room."))
                .with("failure", named("Failure").orNull().saying("Only of state FAILED."))
                .with("waiting", named("Waiting").orNull().saying("Only of state WAITING."));
    }

    private static Shape detail() {
        return item(object())
                .with("description", string().orNull())
                .with("impact", string().orNull())
                .with("service", string().orNull())
                .with("summary", string().orNull())
                .with("links", list(named("WebLink")))
                .with("responders", list(named("Participant")).saying("The first of them, as many as fit into 6 KiB."))
                .maybe("respondersTotal", count())
                .with(
                        "members",
                        list(named("Participant"))
                                .saying(
                                        "The first of those in the room, as many as fit into 56 KiB; `peopleIn` counts all."))
                .with(
                        "missing",
                        list(named("Absentee"))
                                .saying(
                                        "The first of those who should be, and why not, as many as fit into 20 KiB; `peopleMissing` counts all."))
                .with(
                        "messages",
                        list(named("Message"))
                                .saying(
                                        "What was said in the room, the oldest first; the newest 20, as many as fit into 32 KiB."))
                .with(
                        "timeline",
                        list(named("Step"))
                                .saying("The oldest first; the newest 50 updates, as many as fit into 28 KiB."));
    }

    private static Shape totals() {
        var totals = object();
        for (var state : State.values()) {
            totals.maybe(state.name(), count());
        }
        return totals;
    }

    private static Shape mark() {
        return string().matching("^[0-9a-f]{8}-[0-9]{1,18}$").like("1f0c2a9b-41");
    }

    private static Shape states() {
        return oneOf(State.values());
    }

    private static Shape severities() {
        return oneOf(Severity.P1, Severity.P2, Severity.P3, Severity.P4, Severity.P5);
    }
}
