package io.warroom.e2e.faults;

import io.warroom.event.IncidentResolved;
import io.warroom.event.IncidentUpdated;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Holds what results say of rooms and messages against the rooms that the simulator has. */
final class RoomJudge {

    private final Map<String, List<JsonNode>> rooms;
    private final TopicWatch topics;
    private final BiConsumer<Invariant, String> violations;

    /** @param rooms of each incident, as the simulator has them now */
    RoomJudge(Map<String, List<JsonNode>> rooms, TopicWatch topics, BiConsumer<Invariant, String> violations) {
        this.rooms = rooms;
        this.topics = topics;
        this.violations = violations;
    }

    /** I11; gives how many rooms were judged. */
    long firstMessages(Collection<String> incidents) {
        long judged = 0;
        for (String incident : incidents) {
            var room = topics.of(incident).room;
            if (room == null) {
                continue;
            }
            judged++;
            if (room.messages().stream().noneMatch(message -> message.kind().equals("FIRST") && message.isSent())) {
                violations.accept(
                        Invariant.I11, incident + "'s result names no first message that was sent: " + room.messages());
            }
            if (!isInRoom(incident, room.id(), Stage.TITLE)) {
                violations.accept(Invariant.I11, incident + "'s room " + room.id() + " has no first message");
            }
        }
        return judged;
    }

    /** I13; gives how many updates were judged. */
    long updates(Map<String, List<IncidentUpdated>> updates) {
        updates.forEach((incident, its) -> {
            var room = topics.of(incident).room;
            if (room != null) {
                its.forEach(update -> judge(incident, room, update));
            }
        });
        return updates.values().stream().mapToLong(List::size).sum();
    }

    private void judge(String incident, Story.Room room, IncidentUpdated update) {
        Story.texts(update)
                .filter(text -> !isInRoom(incident, room.id(), text) && !room.namesAsNotSent(text))
                .forEach(text -> violations.accept(
                        Invariant.I13,
                        incident + ": \"" + text + "\" is neither in the room " + room.id()
                                + " nor named as not posted: " + room.messages()));
        for (var person : update.getAddedResponders()) {
            boolean in = rooms.getOrDefault(incident, List.of()).stream()
                    .flatMap(its -> its.path("members").valueStream())
                    .anyMatch(member -> member.path("userId").asString().equals(person.getPersonId()));
            if (!in && !room.missing().contains(person.getPersonId())) {
                violations.accept(
                        Invariant.I13,
                        incident + ": " + person.getPersonId() + " is neither in the room nor named as missing");
            }
        }
    }

    /** I14, but for replays; gives how many closed rooms were judged. */
    long closings(Map<String, IncidentResolved> resolutions) {
        long judged = 0;
        for (var resolution : resolutions.entrySet()) {
            String incident = resolution.getKey();
            var closings = topics.of(incident).closings;
            if (closings.isEmpty()) {
                continue;
            }
            judged++;
            if (closings.stream().map(Story.Closing::eventId).distinct().count() > 1) {
                violations.accept(Invariant.I14, incident + " was closed more than once: " + closings);
            }
            String summary = Objects.requireNonNullElse(resolution.getValue().getSummary(), "");
            boolean isSent = closings.stream()
                    .map(Story.Closing::message)
                    .filter(Objects::nonNull)
                    .anyMatch(Story.Posted::isSent);
            if (isSent) {
                rooms.getOrDefault(incident, List.of()).forEach(room -> endsWith(incident, room, summary));
            }
        }
        return judged;
    }

    /** Nothing but the resolution may be after the resolution, which a killed worker may have posted twice. */
    private void endsWith(String incident, JsonNode room, String summary) {
        var messages = room.path("messages")
                .valueStream()
                .map(message -> message.path("text").asString())
                .toList();
        var after = messages.stream()
                .dropWhile(message -> !message.contains(summary))
                .filter(message -> !message.contains(summary))
                .toList();
        if (messages.stream().noneMatch(message -> message.contains(summary))) {
            violations.accept(Invariant.I14, incident + "'s closed room lacks the resolution: " + messages);
        }
        if (!after.isEmpty()) {
            violations.accept(Invariant.I14, incident + "'s closed room has messages after the resolution: " + after);
        }
    }

    private boolean isInRoom(String incident, String id, String text) {
        return rooms.getOrDefault(incident, List.of()).stream()
                .anyMatch(room -> room.path("roomId").asString().equals(id) && Stage.contains(room, text));
    }

    /** What a replay must not change: rooms with people and messages, the last result, and who closed them. */
    static Map<String, String> state(
            Collection<String> incidents, Map<String, List<JsonNode>> rooms, TopicWatch topics) {
        return incidents.stream().collect(Collectors.toMap(incident -> incident, incident -> {
            var story = topics.of(incident);
            return rooms.getOrDefault(incident, List.of()) + " " + story.room + " "
                    + story.closings.stream()
                            .map(Story.Closing::eventId)
                            .distinct()
                            .toList();
        }));
    }
}
