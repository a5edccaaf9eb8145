package io.warroom.worker.opening;

import io.warroom.platform.Person;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is said of an incident after it was declared: inside the contract's limits. */
public sealed interface FollowUp {

    /** As many digests are kept, the newest, wherever they are kept. */
    int MOST_DIGESTS = 1_000;

    String tenantId();

    String incidentId();

    /** Its own time. */
    Instant at();

    /**
     * Something has changed; null is unchanged.
     *
     * @param note progress to post, or null
     * @param added who should join
     * @param digests of the updates that this was merged from, oldest first; one for one that came by itself
     */
    record Update(
            String tenantId,
            String incidentId,
            @Nullable String title,
            @Nullable String severity,
            @Nullable String impact,
            @Nullable String note,
            List<Person> added,
            Instant updatedAt,
            List<Long> digests)
            implements FollowUp {

        /** The contract's own limits, which what was merged keeps, too. */
        private static final int MOST_ADDED = 1_000;

        private static final int LONGEST_NOTE = 4_000;

        @Override
        public Instant at() {
            return updatedAt;
        }

        public Update {
            added = List.copyOf(added);
            digests = List.copyOf(digests);
        }

        /** One that came by itself: equal updates, and no others, have equal digests. */
        public static Update of(
                String tenantId,
                String incidentId,
                @Nullable String title,
                @Nullable String severity,
                @Nullable String impact,
                @Nullable String note,
                List<Person> added,
                Instant updatedAt) {
            var parts = Stream.concat(
                            Stream.of(updatedAt, title, severity, impact, note),
                            added.stream()
                                    .flatMap(one -> Stream.of(
                                            one.personId(),
                                            one.name(),
                                            one.role(),
                                            one.platformUserId(),
                                            one.mobile(),
                                            one.email())))
                    .map(part -> part == null ? "-" : "+" + part)
                    .toList();
            byte[] name = String.join("\u0000", parts).getBytes(StandardCharsets.UTF_8);
            return new Update(
                    tenantId,
                    incidentId,
                    title,
                    severity,
                    impact,
                    note,
                    added,
                    updatedAt,
                    List.of(UUID.nameUUIDFromBytes(name).getMostSignificantBits()));
        }

        /** The same with these fields. */
        Update with(@Nullable String newTitle, @Nullable String newSeverity, @Nullable String newImpact) {
            return new Update(tenantId, incidentId, newTitle, newSeverity, newImpact, note, added, updatedAt, digests);
        }

        /** Nothing is in it that a room could be changed by. */
        boolean isEmpty() {
            return title == null && severity == null && impact == null && note == null && added.isEmpty();
        }

        /** Both as one: of each field the value of the greater {@link #updatedAt} counts, notes follow each other, and whoever was added is. */
        Update then(Update later) {
            var people = new LinkedHashMap<String, Person>();
            added.forEach(person -> people.put(person.personId(), person));
            later.added().forEach(person -> people.put(person.personId(), person));
            var merged = new ArrayList<>(digests);
            later.digests().stream().filter(digest -> !digests.contains(digest)).forEach(merged::add);
            boolean inOrder = !later.updatedAt().isBefore(updatedAt);
            var newer = inOrder ? later : this;
            var older = inOrder ? this : later;
            return new Update(
                    tenantId,
                    incidentId,
                    newer.title() == null ? older.title() : newer.title(),
                    newer.severity() == null ? older.severity() : newer.severity(),
                    newer.impact() == null ? older.impact() : newer.impact(),
                    notes(note, later.note()),
                    people.values().stream().limit(MOST_ADDED).toList(),
                    newer.updatedAt(),
                    newest(merged));
        }

        private static @Nullable String notes(@Nullable String before, @Nullable String later) {
            if (before == null || later == null) {
                return before == null ? later : before;
            }
            String both = before + "\n" + later;
            int characters = both.codePointCount(0, both.length());
            // The newest is what counts when there is no room for all.
            return characters <= LONGEST_NOTE
                    ? both
                    : both.substring(both.offsetByCodePoints(0, characters - LONGEST_NOTE));
        }

        /** Nothing is new but who should join. */
        boolean isOfPeopleAlone() {
            return title == null && severity == null && impact == null && note == null && !added.isEmpty();
        }

        /** A digest of all that it was merged from. */
        long digest() {
            var all = ByteBuffer.allocate(digests.size() * Long.BYTES);
            digests.forEach(all::putLong);
            return digests.size() == 1
                    ? digests.getFirst()
                    : UUID.nameUUIDFromBytes(all.array()).getMostSignificantBits();
        }

        static List<Long> newest(List<Long> digests) {
            return List.copyOf(digests.subList(Math.max(0, digests.size() - MOST_DIGESTS), digests.size()));
        }
    }

    /**
     * The incident is over.
     *
     * @param summary what it was, or null
     */
    record Resolution(
            String tenantId, String incidentId, @Nullable String summary, Instant resolvedAt) implements FollowUp {
        @Override
        public Instant at() {
            return resolvedAt;
        }
    }

    /** What a room is still to be told; at least one of the two. */
    record Pending(@Nullable Update update, @Nullable Resolution resolution) {

        public Pending {
            if (update == null && resolution == null) {
                throw new IllegalArgumentException("something must be pending");
            }
        }

        static Pending of(FollowUp one) {
            return switch (one) {
                case Update update -> new Pending(update, null);
                case Resolution resolution -> new Pending(null, resolution);
            };
        }

        /** What is left of it for a declaration at that time: of what was updated before it, only the people. */
        static @Nullable Pending since(Instant declaredAt, @Nullable Pending pending) {
            if (pending == null) {
                return null;
            }
            var update = pending.update();
            if (update != null && update.updatedAt().isBefore(declaredAt)) {
                update = update.added().isEmpty()
                        ? null
                        : new Update(
                                update.tenantId(),
                                update.incidentId(),
                                null,
                                null,
                                null,
                                null,
                                update.added(),
                                declaredAt,
                                update.digests());
            }
            var resolution = pending.resolution();
            if (resolution != null && resolution.resolvedAt().isBefore(declaredAt)) {
                resolution = null;
            }
            return update == null && resolution == null ? null : new Pending(update, resolution);
        }

        /** How many should join. */
        static int people(@Nullable Pending pending) {
            return pending == null || pending.update() == null
                    ? 0
                    : pending.update().added().size();
        }

        /** No more people fit. */
        static boolean isFull(@Nullable Pending pending) {
            return people(pending) == Update.MOST_ADDED;
        }

        /** With people who should have been let in before all that. */
        static Pending after(Update first, @Nullable Pending then) {
            if (then == null) {
                return new Pending(first, null);
            }
            return new Pending(then.update() == null ? first : first.then(then.update()), then.resolution());
        }

        /** With one more. What was told already may be told again: it is merged once. */
        static Pending plus(@Nullable Pending before, FollowUp one) {
            if (before == null) {
                return of(one);
            }
            return switch (one) {
                case Update update ->
                    new Pending(
                            before.update() == null
                                    ? update
                                    : before.update().digests().containsAll(update.digests())
                                            ? before.update()
                                            : before.update().then(update),
                            before.resolution());
                case Resolution resolution ->
                    new Pending(before.update(), Objects.requireNonNullElse(before.resolution(), resolution));
            };
        }
    }
}
