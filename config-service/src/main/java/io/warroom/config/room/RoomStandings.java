package io.warroom.config.room;

import io.warroom.topic.Topic;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Where incidents stand in the read model, and where their declarations are in the topics. It lags behind the topics as the read model
 * does. Safe for concurrent use.
 */
public final class RoomStandings {

    private final Jdbi jdbi;
    private final String topicPrefix;
    private final RoomStore store = new RoomStore();

    /** Reads only. */
    public RoomStandings(Jdbi jdbi, String topicPrefix) {
        this.jdbi = jdbi;
        this.topicPrefix = topicPrefix;
    }

    /** How far an incident's room is. */
    public enum Stage {
        DECLARED,
        WAITING,
        /** The room is open, and its first message is not sent. */
        OPENED_SILENT,
        OPENED,
        FAILED,
        CLOSED
    }

    /** Where a record is: of {@code incident-declared}, or of {@code incident-parked}, which carries the declaration. */
    public record Position(Topic topic, int partition, long offset) {}

    /**
     * What is known of one incident.
     *
     * @param declaredAt of the declaration that the worker counts as this room's
     * @param failedAt when it failed; null in every other stage
     * @param reason why it failed; null in every other stage
     * @param declarations where its declaration can be read, the best place first; empty when it is in no topic any more
     */
    public record Standing(
            String tenantId,
            String incidentId,
            Stage stage,
            Instant declaredAt,
            @Nullable Instant failedAt,
            @Nullable String reason,
            List<Position> declarations) {

        public Standing {
            declarations = List.copyOf(declarations);
        }
    }

    /** What of failed incidents is wanted; empty reasons and null select all. */
    public record Wanted(
            Collection<String> reasons,
            @Nullable String tenant,
            @Nullable Instant since) {

        public Wanted {
            reasons = List.copyOf(reasons);
        }
    }

    /** The incident's standing; empty when nothing is known of it. */
    public Optional<Standing> of(String tenant, String incidentId) {
        return jdbi.withHandle(handle -> {
            var eras = eras(handle);
            return Optional.ofNullable(
                            store.find(handle, tenant, List.of(incidentId)).get(incidentId))
                    .flatMap(stored -> standing(new Room(tenant, incidentId, stored.facts()), eras));
        });
    }

    /**
     * A page of the failed incidents, in the order of tenant and incident.
     *
     * @param after the last one of the page before; null for the first page
     */
    public List<Standing> failed(Wanted wanted, @Nullable Standing after, int limit) {
        return jdbi.withHandle(handle -> {
            var eras = eras(handle);
            var rooms = handle.createQuery("""
                            SELECT tenant_id, incident_id, facts
                              FROM war_room
                             WHERE state = 'FAILED'
                               AND (tenant_id, incident_id) > (:afterTenant, :afterIncident)
                               AND (:tenant::text IS NULL OR tenant_id = :tenant)
                               AND (:anyReason OR item #>> '{failure,reason}' = ANY(:reasons))
                               AND (:since::timestamptz IS NULL
                                    OR (item #>> '{failure,failedAt}')::timestamptz >= :since)
                             ORDER BY tenant_id, incident_id
                             LIMIT :limit""")
                    .bind("afterTenant", after == null ? "" : after.tenantId())
                    .bind("afterIncident", after == null ? "" : after.incidentId())
                    .bind("tenant", wanted.tenant())
                    .bind("anyReason", wanted.reasons().isEmpty())
                    .bindArray("reasons", String.class, wanted.reasons().toArray())
                    .bind(
                            "since",
                            wanted.since() == null ? null : wanted.since().atOffset(ZoneOffset.UTC))
                    .bind("limit", limit)
                    .map((row, context) -> new Room(
                            row.getString("tenant_id"),
                            row.getString("incident_id"),
                            RoomStore.JSON.readValue(row.getString("facts"), Facts.class)))
                    .list();
            var standings = new ArrayList<Standing>();
            rooms.forEach(room -> standing(room, eras).ifPresent(standings::add));
            return standings;
        });
    }

    private Optional<Standing> standing(Room room, Map<String, Integer> eras) {
        var state = room.state();
        if (state == null) {
            return Optional.empty();
        }
        var facts = room.facts();
        var opening = Said.valueIn(facts.opened());
        var stage = switch (state) {
            case DECLARED -> Stage.DECLARED;
            case WAITING -> Stage.WAITING;
            case OPENED -> opening != null && isSilent(opening) ? Stage.OPENED_SILENT : Stage.OPENED;
            case FAILED -> Stage.FAILED;
            case CLOSED -> Stage.CLOSED;
        };
        var failing = stage == Stage.FAILED ? Said.valueIn(facts.failed()) : null;
        var parking = stage == Stage.WAITING ? Said.valueIn(facts.parked()) : null;
        var declaredAt = room.declaredAt();
        var positions = new ArrayList<Position>();
        if (opening != null) {
            declaredAt = opening.declaredAt();
        } else if (failing != null) {
            declaredAt = failing.declaredAt();
        } else if (parking != null) {
            // A later declaration may have replaced the first one.
            declaredAt = parking.incident().declaredAt();
            add(positions, Topic.INCIDENT_PARKED, facts.parked(), eras);
        }
        add(positions, Topic.INCIDENT_DECLARED, facts.declared(), eras);
        return Optional.of(new Standing(
                room.tenantId(),
                room.incidentId(),
                stage,
                declaredAt,
                failing == null ? null : failing.failedAt(),
                failing == null ? null : failing.reason(),
                positions));
    }

    /** A room on a platform without a first message that the platform accepted. */
    private static boolean isSilent(Saying.Opening opening) {
        return opening.platform() != null
                && opening.messages().stream()
                        .noneMatch(message -> message.kind().equals("FIRST")
                                && message.state().equals("SENT"));
    }

    private void add(List<Position> positions, Topic topic, @Nullable Said<?> said, Map<String, Integer> eras) {
        // A position in a topic that was created again points at another record.
        if (said != null && said.value() != null && said.era() == eras.getOrDefault(topic.name(topicPrefix), 0)) {
            positions.add(new Position(topic, said.partition(), said.offset()));
        }
    }

    private static Map<String, Integer> eras(Handle handle) {
        return handle.createQuery("SELECT topic, era FROM heard_topic")
                .map((row, context) -> Map.entry(row.getString("topic"), row.getInt("era")))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
    }
}
