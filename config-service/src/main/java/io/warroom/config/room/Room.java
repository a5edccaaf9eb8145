package io.warroom.config.room;

import io.warroom.config.room.Saying.Closing;
import io.warroom.config.room.Saying.Declaration;
import io.warroom.config.room.Saying.Failing;
import io.warroom.config.room.Saying.Opening;
import io.warroom.config.room.Saying.Parking;
import io.warroom.config.room.Saying.Resolution;
import java.text.Normalizer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One incident and its room, as the facts tell, in whatever order they were heard. The latest generation counts; in it a closed room
 * counts more than an open one, that more than a failure or a parked incident (of these the later one), and any result more than a
 * declaration. What is shown of the incident is the declaration that the result is about, and what updates changed since. Immutable.
 */
record Room(String tenantId, String incidentId, Facts facts) {

    /** A worker keeps so many messages of a room. */
    private static final int MAX_MESSAGES = 20;

    /** Where messages are so long, a worker, or the facts, may have dropped the oldest. */
    private static final int MANY_BYTES = 24 * 1024;

    /** Null while nobody has told that the incident was declared. */
    @Nullable
    State state() {
        if (closing() != null) {
            return State.CLOSED;
        }
        if (opening() != null) {
            return State.OPENED;
        }
        if (isWaiting()) {
            return State.WAITING;
        }
        if (failing() != null) {
            return State.FAILED;
        }
        return declaration() == null ? null : State.DECLARED;
    }

    /** Which room of the incident the results are about, 1 for the first. */
    int generation() {
        var closing = Said.valueIn(facts.closed());
        var opening = Said.valueIn(facts.opened());
        var failing = Said.valueIn(facts.failed());
        var parking = Said.valueIn(facts.parked());
        return IntStream.of(
                        1,
                        closing == null ? 1 : closing.generation(),
                        opening == null ? 1 : opening.generation(),
                        failing == null ? 1 : failing.generation(),
                        parking == null ? 1 : parking.generation())
                .max()
                .orElseThrow();
    }

    /** What came of the room's first message; null without a room, and where that is not known any more. */
    @Nullable
    FirstMessage firstMessage() {
        var opening = opening();
        if (opening == null || opening.roomId() == null) {
            return null;
        }
        FirstMessage found = null;
        for (var message : opening.messages()) {
            if (Saying.Message.isFirst(message) && found != FirstMessage.SENT) {
                found = FirstMessage.of(message.state());
            }
        }
        // A worker keeps the newest messages alone.
        boolean dropped = opening.messages().size() >= MAX_MESSAGES
                || opening.messages().stream().mapToInt(Saying.Message::bytes).sum() > MANY_BYTES;
        return found == null && !dropped ? FirstMessage.PENDING : found;
    }

    /** The platform of the room; without one the platform that was tried, or asked for. */
    @Nullable
    String platform() {
        var opening = opening();
        if (opening != null) {
            return opening.platform();
        }
        var closing = closing();
        if (closing != null) {
            return closing.platform();
        }
        var failing = failing();
        if (failing != null && failing.platform() != null) {
            return failing.platform();
        }
        var parking = parking();
        if (parking != null && parking.platform() != null) {
            return parking.platform();
        }
        var declaration = declaration();
        var chat = declaration == null ? null : declaration.chat();
        return "NONE".equals(chat) ? null : chat;
    }

    /** How bad it is; null when no record told. */
    @Nullable
    String severity() {
        return updated(facts.severity(), Declaration::severity);
    }

    /** The region concerned; null when no record told. */
    @Nullable
    String region() {
        var declaration = declaration();
        return declaration == null ? null : declaration.region();
    }

    /** When the incident was declared; without such a record the time of what is known, so that it has a place in a list. */
    Instant declaredAt() {
        var declaration = declaration();
        if (declaration != null) {
            return declaration.declaredAt();
        }
        var opening = opening();
        if (opening != null) {
            return opening.declaredAt();
        }
        var failing = failing();
        if (failing != null) {
            return failing.declaredAt();
        }
        var closing = closing();
        return closing == null ? Instant.EPOCH : closing.closedAt();
    }

    /** What a searched text is looked for in. */
    String searchText() {
        var title = title();
        return folded((title == null ? "" : title) + "\n" + incidentId);
    }

    /** A text as it is searched: without regard to case, and to how its accents are written. */
    static String folded(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }

    /** As lists and streams show it; of a room without state only whose it is. */
    Map<String, @Nullable Object> item() {
        var item = new LinkedHashMap<String, @Nullable Object>();
        item.put("tenantId", tenantId);
        item.put("incidentId", incidentId);
        var state = state();
        if (state == null) {
            return item;
        }
        var opening = opening();
        var closing = closing();
        var resolution = resolution();
        item.put("title", title());
        item.put("state", state.name());
        item.put("platform", platform());
        item.put("severity", severity());
        item.put("region", region());
        item.put("declaredAt", declaredAt().toString());
        item.put("openedAt", opening == null ? null : opening.openedAt().toString());
        item.put(
                "resolvedAt",
                resolution == null ? null : resolution.resolvedAt().toString());
        item.put("closedAt", closing == null ? null : closing.closedAt().toString());
        item.put("roomId", opening != null ? opening.roomId() : closing == null ? null : closing.roomId());
        item.put("roomName", opening == null ? null : opening.roomName());
        item.put("appRevision", appRevision());
        item.put("peopleIn", opening == null ? 0 : opening.membersTotal());
        item.put("peopleMissing", missingTotal());
        item.put("generation", generation());
        var firstMessage = firstMessage();
        item.put("firstMessage", firstMessage == null ? null : firstMessage.name());
        item.put("failure", state == State.FAILED ? failure() : null);
        item.put("waiting", state == State.WAITING ? waiting() : null);
        return item;
    }

    /** The item, and everything else that is known. */
    Map<String, @Nullable Object> detail() {
        var detail = item();
        var declaration = declaration();
        var opening = opening();
        var resolution = resolution();
        detail.put("description", declaration == null ? null : declaration.description());
        detail.put("impact", impact());
        detail.put("service", declaration == null ? null : declaration.service());
        detail.put("summary", resolution == null ? null : resolution.summary());
        detail.put("links", declaration == null ? List.of() : declaration.links());
        detail.put("responders", declaration == null ? List.of() : declaration.responders());
        detail.put("respondersTotal", declaration == null ? 0 : declaration.respondersTotal());
        detail.put("members", opening == null ? List.of() : opening.members());
        detail.put("missing", missing());
        detail.put("messages", messages());
        detail.put("timeline", timeline());
        return detail;
    }

    private @Nullable Map<String, @Nullable Object> failure() {
        var failing = failing();
        if (failing == null) {
            return null;
        }
        var failure = new LinkedHashMap<String, @Nullable Object>();
        failure.put("reason", failing.reason());
        failure.put("detail", failing.detail());
        failure.put("platformCode", failing.platformCode());
        failure.put("platformRequestId", failing.platformRequestId());
        failure.put("failedAt", failing.failedAt().toString());
        return failure;
    }

    private @Nullable Map<String, @Nullable Object> waiting() {
        var parking = parking();
        if (parking == null) {
            return null;
        }
        var waiting = new LinkedHashMap<String, @Nullable Object>();
        waiting.put("reason", parking.reason());
        waiting.put("detail", parking.detail());
        waiting.put("attempts", parking.attempts());
        waiting.put("nextTryAt", parking.nextTryAt().toString());
        waiting.put("deadline", parking.deadline().toString());
        return waiting;
    }

    /** What happened, the oldest first. Waiting has no time of its own and is told by the item. */
    private List<Map<String, @Nullable Object>> timeline() {
        var steps = new ArrayList<Step>();
        var declaration = declaration();
        if (declaration != null) {
            steps.add(new Step(declaration.declaredAt(), "DECLARED", Map.of()));
        }
        // A topic that was made anew may say the same again: copied, or read before anybody knew it for another.
        var updates = facts.updates().stream().map(Said::value).distinct().toList();
        for (var update : updates) {
            if (update != null && isOfThisGeneration(update.updatedAt())) {
                var changes = new LinkedHashMap<String, @Nullable Object>();
                changes.put("title", update.title());
                changes.put("severity", update.severity());
                changes.put("impact", update.impact());
                changes.put("note", update.note());
                changes.put("added", update.added());
                changes.put("addedTotal", update.addedTotal());
                steps.add(new Step(update.updatedAt(), "UPDATED", changes));
            }
        }
        var failing = failing();
        if (failing != null) {
            steps.add(new Step(failing.failedAt(), "FAILED", Map.of("reason", failing.reason())));
        }
        var opening = opening();
        if (opening != null) {
            steps.add(new Step(opening.openedAt(), "OPENED", Map.of()));
        }
        var resolution = Said.valueIn(facts.resolved());
        if (resolution != null && isOfThisGeneration(resolution.resolvedAt())) {
            steps.add(new Step(resolution.resolvedAt(), "RESOLVED", Map.of()));
        }
        var closing = closing();
        if (closing != null) {
            steps.add(new Step(closing.closedAt(), "CLOSED", Map.of("dissolved", closing.dissolved())));
        }
        steps.sort(Comparator.comparing(Step::at));
        return steps.stream().map(Step::shown).toList();
    }

    private record Step(Instant at, String event, Map<String, ? extends @Nullable Object> more) {

        Map<String, @Nullable Object> shown() {
            var shown = new LinkedHashMap<String, @Nullable Object>();
            shown.put("at", at.toString());
            shown.put("event", event);
            shown.putAll(more);
            return shown;
        }
    }

    /** What was said in the room, the oldest first. */
    private List<Map<String, @Nullable Object>> messages() {
        var messages = new ArrayList<Saying.Message>();
        var opening = opening();
        if (opening != null) {
            messages.addAll(opening.messages());
        }
        var closing = closing();
        if (closing != null && closing.message() != null) {
            messages.add(closing.message());
        }
        return messages.stream().map(Room::shown).toList();
    }

    private static Map<String, @Nullable Object> shown(Saying.Message message) {
        var shown = new LinkedHashMap<String, @Nullable Object>();
        shown.put("at", message.at().toString());
        shown.put("kind", message.kind());
        shown.put("state", message.state());
        shown.put("text", message.text());
        shown.put("messageId", message.messageId());
        shown.put("detail", message.detail());
        shown.put("platformCode", message.platformCode());
        shown.put("platformRequestId", message.platformRequestId());
        return shown;
    }

    private @Nullable String title() {
        return updated(facts.title(), Declaration::title);
    }

    private @Nullable String impact() {
        return updated(facts.impact(), Declaration::impact);
    }

    /** An update from before the declaration changes nothing. */
    private @Nullable String updated(@Nullable Said<String> update, Function<Declaration, @Nullable String> declared) {
        var declaration = declaration();
        if (declaration == null) {
            return Said.valueIn(update);
        }
        return update == null || update.isBefore(declaration.declaredAt())
                ? declared.apply(declaration)
                : update.value();
    }

    /** A resolution from before the declaration ends nothing. */
    private @Nullable Resolution resolution() {
        var resolution = Said.valueIn(facts.resolved());
        var declaration = declaration();
        return resolution != null
                        && declaration != null
                        && resolution.resolvedAt().isBefore(declaration.declaredAt())
                ? null
                : resolution;
    }

    /** An earlier room's updates and resolution are not of this one. */
    private boolean isOfThisGeneration(Instant time) {
        return generation() == 1 || !time.isBefore(declaredAt());
    }

    private @Nullable Long appRevision() {
        var opening = opening();
        if (opening != null) {
            return opening.appRevision();
        }
        var failing = failing();
        if (failing != null) {
            return failing.appRevision();
        }
        var parking = parking();
        return parking == null ? null : parking.appRevision();
    }

    private List<Saying.Absentee> missing() {
        var opening = opening();
        if (opening != null) {
            return opening.missing();
        }
        var failing = failing();
        return failing == null ? List.of() : failing.missing();
    }

    private int missingTotal() {
        var opening = opening();
        if (opening != null) {
            return opening.missingTotal();
        }
        var failing = failing();
        return failing == null ? 0 : failing.missingTotal();
    }

    /** Where the declaration that is shown stands on its topic; null when its record was not heard. */
    @Nullable
    Said<Declaration> declared() {
        var opening = opening();
        if (opening != null) {
            return facts.declaredAt(opening.declaredAt());
        }
        var closing = closing();
        if (closing != null) {
            return facts.declaredAt(closing.closedAt());
        }
        var failing = failing();
        var parking = parking();
        if (parking != null && isWaiting()) {
            return facts.declaredAt(parking.incident().declaredAt());
        }
        return failing == null ? facts.declared() : facts.declaredAt(failing.declaredAt());
    }

    /** A parked incident carries its declaration, which may have expired on its own topic. */
    private @Nullable Declaration declaration() {
        var parking = parking();
        var declared = Said.valueIn(declared());
        if (parking == null) {
            return declared;
        }
        boolean isOfAnother = isWaiting()
                && declared != null
                && !declared.declaredAt().equals(parking.incident().declaredAt());
        return declared == null || isOfAnother ? parking.incident() : declared;
    }

    /** Parked, and not ended since. */
    private boolean isWaiting() {
        var parking = parking();
        if (parking == null || opening() != null || closing() != null) {
            return false;
        }
        var failing = failing();
        if (failing == null) {
            return true;
        }
        int order = parking.incident().declaredAt().compareTo(failing.declaredAt());
        var parkedAt = parking.writtenAt();
        var failedAt = failing.writtenAt();
        return order > 0 || (order == 0 && parkedAt != null && failedAt != null && parkedAt.isAfter(failedAt));
    }

    private @Nullable Parking parking() {
        var parking = Said.valueIn(facts.parked());
        return parking == null || isOfEarlierRoom(parking.generation()) ? null : parking;
    }

    private @Nullable Opening opening() {
        var opening = Said.valueIn(facts.opened());
        return opening == null || isOfEarlierRoom(opening.generation()) ? null : opening;
    }

    private @Nullable Failing failing() {
        var failing = Said.valueIn(facts.failed());
        return failing == null || isOfEarlierRoom(failing.generation()) ? null : failing;
    }

    private @Nullable Closing closing() {
        var closing = Said.valueIn(facts.closed());
        return closing == null || isOfEarlierRoom(closing.generation()) ? null : closing;
    }

    private boolean isOfEarlierRoom(int generation) {
        return Math.max(1, generation) < generation();
    }
}
