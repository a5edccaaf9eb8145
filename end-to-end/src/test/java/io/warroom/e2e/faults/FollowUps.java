package io.warroom.e2e.faults;

import io.warroom.event.IncidentResolved;
import io.warroom.event.IncidentUpdated;
import io.warroom.event.Responder;
import io.warroom.event.Role;
import io.warroom.event.Severity;
import io.warroom.topic.TenantPartitioner;
import io.warroom.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Sends updates and resolutions of one fault's incidents, and knows what each of them said. Updates are sent right after the
 * declaration, resolutions by a thread of its own as soon as the result shows every update. Thread-safe; stop it.
 */
final class FollowUps {

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    /** The first people of a sample tenant are its responders. */
    private static final int FIRST_NEWCOMER = 3;

    /** What an update changes; the ordinal is the place in the cycle of incidents. */
    private enum Kind {
        TITLE_AND_NOTE,
        PEOPLE_THEN_NOTE,
        NOTE,
        PEOPLE_AND_NOTE;

        boolean isResolved() {
            return this == TITLE_AND_NOTE || this == NOTE;
        }
    }

    private final Stage stage;
    private final String tag;
    private final int cycle;
    private final Map<String, List<IncidentUpdated>> updates = new HashMap<>();
    private final Map<String, IncidentResolved> resolutions = new HashMap<>();
    private final Set<String> unresolved = new LinkedHashSet<>();
    private final Thread resolving;
    private volatile boolean running = true;
    private volatile @Nullable String failure;
    private boolean paused;
    private int incidents;
    private int marks;

    /**
     * @param name of the fault's run, unique in the stage
     * @param cycle four of so many incidents are updated, two of them resolved
     */
    FollowUps(Stage stage, String name, int cycle) {
        this.stage = stage;
        this.tag = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        this.cycle = cycle;
        resolving = Thread.ofPlatform().name("follow-ups").start(this::resolve);
    }

    /** Incidents that are declared from now on have no updates and no resolution. */
    synchronized void pause() {
        paused = true;
    }

    /** Incidents that are declared from now on have some again. */
    synchronized void unpause() {
        paused = false;
    }

    /** Sends the updates of incidents that were just declared, those of {@code of} in turn. */
    synchronized void declared(List<String> keys, List<JsonNode> of) throws InterruptedException, ExecutionException {
        if (paused) {
            return;
        }
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (int i = 0; i < keys.size(); i++) {
            int place = incidents++ % cycle;
            if (place >= Kind.values().length) {
                continue;
            }
            var kind = Kind.values()[place];
            String key = keys.get(i);
            for (var update : updates(key, of.get(i % of.size()), kind)) {
                sent.add(send(key, update));
            }
            if (kind.isResolved()) {
                unresolved.add(key);
            }
        }
        for (var one : sent) {
            one.get();
        }
    }

    private List<IncidentUpdated> updates(String key, JsonNode tenant, Kind kind) {
        var people = List.of(person(tenant, FIRST_NEWCOMER), person(tenant, FIRST_NEWCOMER + 1));
        return switch (kind) {
            case TITLE_AND_NOTE ->
                List.of(update(key)
                        .setTitle("database is down " + mark())
                        .setSeverity(Severity.P2)
                        .setNote("failed over " + mark())
                        .build());
            case PEOPLE_THEN_NOTE ->
                List.of(
                        update(key).setAddedResponders(people).build(),
                        update(key).setNote("they are here " + mark()).build());
            case NOTE -> List.of(update(key).setNote("looking " + mark()).build());
            case PEOPLE_AND_NOTE ->
                List.of(update(key)
                        .setAddedResponders(people)
                        .setNote("more of us " + mark())
                        .build());
        };
    }

    static IncidentUpdated.Builder update(String key) {
        return IncidentUpdated.newBuilder()
                .setTenantId(TenantPartitioner.tenantOf(key))
                .setIncidentId(key.substring(key.indexOf('/') + 1))
                .setUpdatedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }

    static Responder person(JsonNode tenant, int place) {
        var person = tenant.path("people").get(place);
        return Responder.newBuilder()
                .setPersonId(person.path("personId").asString())
                .setName(person.path("name").asString())
                .setRole(Role.RESPONDER)
                .setEmail(person.path("email").asString())
                .setMobile(person.path("mobile").asString())
                .build();
    }

    /** A word that nothing else contains, and that no platform escapes. */
    synchronized String mark() {
        return "m" + tag + "n" + marks++ + "z";
    }

    /** Sends an update; what it says is judged with the rest. */
    synchronized Future<RecordMetadata> send(String key, IncidentUpdated update) {
        updates.computeIfAbsent(key, none -> new ArrayList<>()).add(update);
        return stage.send(Topic.INCIDENT_UPDATED, update.getTenantId(), update);
    }

    /** Resolves an incident; its end is judged with the rest. */
    synchronized Future<RecordMetadata> resolve(String key) {
        var resolution = IncidentResolved.newBuilder()
                .setTenantId(TenantPartitioner.tenantOf(key))
                .setIncidentId(key.substring(key.indexOf('/') + 1))
                .setSummary("it was the cache " + mark())
                .setResolvedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                .build();
        resolutions.put(key, resolution);
        unresolved.remove(key);
        return stage.send(Topic.INCIDENT_RESOLVED, resolution.getTenantId(), resolution);
    }

    private void resolve() {
        try {
            while (running) {
                Thread.sleep(LOOK_EVERY);
                List<String> looked;
                synchronized (this) {
                    looked = List.copyOf(unresolved);
                }
                for (String key : looked) {
                    // The two topics have no order between them: an update that comes after the end is not posted.
                    if (stage.topics.of(key).room != null && openUpdates(key).isEmpty()) {
                        resolve(key).get();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | RuntimeException e) {
            failure = "no more resolutions were sent: " + e;
        }
    }

    /** Updates that its room's last result does not show. */
    private List<IncidentUpdated> openUpdates(String key) {
        var room = stage.topics.of(key).room;
        List<IncidentUpdated> its;
        synchronized (this) {
            its = List.copyOf(updates.getOrDefault(key, List.of()));
        }
        return its.stream()
                .filter(update -> room == null || !room.shows(update))
                .toList();
    }

    /** These were lost, or may fail: nothing is expected of their updates. */
    synchronized void forget(Collection<String> keys) {
        keys.forEach(key -> {
            updates.remove(key);
            resolutions.remove(key);
            unresolved.remove(key);
        });
    }

    /** Whether every update is in its result, and every incident that is to be resolved is closed. */
    boolean isDone() {
        return open().isEmpty();
    }

    private Set<String> open() {
        Set<String> all;
        synchronized (this) {
            all = new LinkedHashSet<>(unresolved);
            all.addAll(updates.keySet());
            all.addAll(resolutions.keySet());
        }
        return all.stream()
                .filter(key -> {
                    var story = stage.topics.of(key);
                    boolean closes;
                    synchronized (this) {
                        closes = unresolved.contains(key) || resolutions.containsKey(key);
                    }
                    return !story.hasFailed() && (!openUpdates(key).isEmpty() || (closes && story.closings.isEmpty()));
                })
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What is not done, for a failure's message. */
    String state() {
        var open = open();
        String why = failure;
        return open.size() + " updates or resolutions without a result"
                + (why == null ? "" : " (" + why + ")") + "; the first: "
                + open.stream()
                        .limit(5)
                        .map(key -> key + (openUpdates(key).isEmpty() ? " is not closed" : " is not updated"))
                        .toList();
    }

    synchronized Map<String, List<IncidentUpdated>> updates() {
        return updates.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, one -> List.copyOf(one.getValue())));
    }

    synchronized Map<String, IncidentResolved> resolutions() {
        return Map.copyOf(resolutions);
    }

    /** Sends the same records of these incidents once more, in their order. */
    void replay(Collection<String> keys) throws InterruptedException, ExecutionException {
        var sent = new ArrayList<Future<RecordMetadata>>();
        var all = updates();
        var ends = resolutions();
        for (String key : keys) {
            for (var update : all.getOrDefault(key, List.of())) {
                sent.add(stage.send(Topic.INCIDENT_UPDATED, update.getTenantId(), update));
            }
            var end = ends.get(key);
            if (end != null) {
                sent.add(stage.send(Topic.INCIDENT_RESOLVED, end.getTenantId(), end));
            }
        }
        for (var one : sent) {
            one.get();
        }
    }

    void stop() throws InterruptedException {
        running = false;
        resolving.join();
    }
}
