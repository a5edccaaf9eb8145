package io.warroom.e2e.faults;

import io.warroom.event.IncidentUpdated;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the topics tell of one incident. Guarded by the watch that keeps it. */
final class Story {

    /**
     * One result.
     *
     * @param opened else failed
     * @param room empty for a failure
     * @param revision of the app that opened it; -1 when none is named
     * @param timestamp of the record, in milliseconds
     * @param briefed false for an opened room that is yet to have its first message
     * @param digest of the value's bytes
     * @param updates what the room was told since it was opened: people who could not be found at first, too
     */
    record Ending(
            boolean opened,
            String eventId,
            String room,
            long revision,
            String why,
            long timestamp,
            boolean briefed,
            int digest,
            String updates) {}

    /** A message as a result names it. */
    record Posted(String kind, String state, String text) {
        boolean isSent() {
            return state.equals("SENT");
        }
    }

    /**
     * The room as its last result describes it.
     *
     * @param members person ids
     * @param missing person ids
     */
    record Room(String id, List<Posted> messages, Set<String> members, Set<String> missing) {
        Room {
            messages = List.copyOf(messages);
            members = Set.copyOf(members);
            missing = Set.copyOf(missing);
        }

        /** Whether every text of the update is in a message, and each of its people is a member or missing. */
        boolean shows(IncidentUpdated update) {
            return texts(update).allMatch(this::names)
                    && update.getAddedResponders().stream()
                            .allMatch(person ->
                                    members.contains(person.getPersonId()) || missing.contains(person.getPersonId()));
        }

        private boolean names(String text) {
            return messages.stream().anyMatch(message -> message.text().contains(text));
        }

        /** Whether a message with that text is named as one that was not sent. */
        boolean namesAsNotSent(String text) {
            return messages.stream()
                    .anyMatch(message -> !message.isSent() && message.text().contains(text));
        }
    }

    /** The texts of an update: what a message of it must contain. */
    static Stream<String> texts(IncidentUpdated update) {
        return Stream.of(update.getTitle(), update.getNote()).flatMap(Stream::ofNullable);
    }

    /**
     * The room was closed.
     *
     * @param message null when none was posted
     */
    record Closing(
            String eventId,
            String room,
            boolean dissolved,
            @Nullable Posted message) {}

    final List<Ending> endings = new ArrayList<>();
    final List<Closing> closings = new ArrayList<>();
    final Set<String> waitedFor = new HashSet<>();
    /** When it was first declared, in milliseconds; -1 when it was not. */
    long declaredAt = -1;

    boolean waits;
    /** Null until a room is open. */
    @Nullable
    Room room;

    boolean hasEnded() {
        return !endings.isEmpty();
    }

    boolean hasFailed() {
        return hasEnded() && !endings.getLast().opened();
    }
}
