package io.warroom.config.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.config.app.AppImage;
import io.warroom.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Holds what can be read on the topics against the audit, which the database kept in the order of its commits, and against the
 * apps' table. For one thread.
 */
final class Judge {

    /** What a change writes where; an image, or a tombstone. */
    private static final Map<String, Map<Topic, Boolean>> EVENTS = Map.of(
            "app.enabled", Map.of(Topic.APP_ENABLED, true),
            "app.activated", Map.of(Topic.APP_ENABLED, true),
            "app.key-changed", Map.of(Topic.KEY_ROTATED, true),
            "app.deleted", Map.of(Topic.APP_DELETED, true, Topic.APP_ENABLED, false, Topic.KEY_ROTATED, false));

    private static final String TOMBSTONE = "deleted";

    /** App to actions, in the order of their revisions. */
    private final Map<String, List<String>> audit;

    /** App to what each topic says, in the topic's order, repeats left out. */
    private final Map<String, Map<Topic, List<Optional<Long>>>> said = new TreeMap<>();

    private final Map<String, AppImage> last = new TreeMap<>();
    private final Map<String, SortedMap<Long, Long>> firstSaidAt = new HashMap<>();
    /** Event to when it was published, each time. */
    private final Map<String, List<Long>> times = new HashMap<>();

    private long records;

    Judge(Map<String, List<String>> audit) {
        this.audit = audit;
    }

    /** Reads a topic, from its beginning. */
    void read(Topic topic, List<ConsumerRecord<String, Object>> all) {
        var lastEvent = new HashMap<String, String>();
        for (var record : all) {
            records++;
            var event = new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8);
            var image = record.value() == null ? Optional.<AppImage>empty() : AppImage.of(record.value());
            var published = times.computeIfAbsent(event, _ -> new ArrayList<>());
            published.add(record.timestamp());
            boolean repeat = event.equals(lastEvent.put(record.key(), event));
            assertThat(published.size() > 1)
                    .as("%s of %s comes again only right behind itself", event, record.key())
                    .isEqualTo(repeat);
            if (repeat) {
                continue;
            }
            said.computeIfAbsent(record.key(), _ -> new EnumMap<>(Topic.class))
                    .computeIfAbsent(topic, _ -> new ArrayList<>())
                    .add(image.map(AppImage::revision));
            image.ifPresent(it -> {
                last.merge(record.key(), it, (one, other) -> one.revision() > other.revision() ? one : other);
                firstSaidAt.computeIfAbsent(record.key(), _ -> new TreeMap<>()).put(it.revision(), record.timestamp());
            });
        }
    }

    /** Of each app, each topic says exactly what was committed, in the order of the commits, and nothing else. */
    void requireExactlyWhatWasCommitted() {
        var expected = new TreeMap<String, Map<Topic, List<String>>>();
        audit.forEach((app, actions) -> {
            long revision = 0;
            for (var action : actions) {
                revision++;
                for (var event : required(EVENTS.get(action), action).entrySet()) {
                    expected.computeIfAbsent(app, _ -> new EnumMap<>(Topic.class))
                            .computeIfAbsent(event.getKey(), _ -> new ArrayList<>())
                            .add(event.getValue() ? Long.toString(revision) : TOMBSTONE);
                }
            }
        });
        var wrong = new LinkedHashMap<String, String>();
        var apps = new HashSet<>(expected.keySet());
        apps.addAll(said.keySet());
        for (var app : apps) {
            var numbered = numbered(app);
            if (!expected.getOrDefault(app, Map.of()).equals(numbered)) {
                wrong.put(app, "committed " + expected.get(app) + ", on the topics " + numbered);
            }
        }
        assertThat(wrong).as("apps of which the topics say anything else").isEmpty();
    }

    /** As {@code said}, with the place of each revision among the app's in place of the revision. */
    private Map<Topic, List<String>> numbered(String app) {
        var numbered = new EnumMap<Topic, List<String>>(Topic.class);
        said.getOrDefault(app, Map.of())
                .forEach((topic, revisions) -> numbered.put(
                        topic,
                        revisions.stream()
                                .map(revision -> revision.map(it -> Integer.toString(place(app, it)))
                                        .orElse(TOMBSTONE))
                                .toList()));
        return numbered;
    }

    private int place(String app, long revision) {
        return List.copyOf(firstSaidAt.getOrDefault(app, new TreeMap<>()).keySet())
                        .indexOf(revision)
                + 1;
    }

    /** Between topics there is no order of places; but no revision was first published before the one it came from. */
    void requireRevisionsPublishedOneAfterTheOther() {
        firstSaidAt.forEach((app, byRevision) ->
                assertThat(List.copyOf(byRevision.values())).as(app).isSorted());
    }

    /** The last word on each app is the database's. */
    void requireTheSameAs(List<AppImage> database) {
        var stored = new TreeMap<String, AppImage>();
        database.forEach(image -> stored.put(image.tenantId() + "/" + image.platform(), image));
        assertThat(last.keySet()).isEqualTo(stored.keySet());
        // One by one: what differs is one app, not a page of them.
        stored.forEach((app, image) -> assertThat(last.get(app)).as(app).isEqualTo(image));
    }

    /** What was answered as done is what was committed. */
    void requireAllOf(Iterable<Writers.Accepted> changes) {
        for (var change : changes) {
            var actions = required(audit.get(change.app()), change.app());
            if (change.revision() > 0) {
                assertThat(actions.get(place(change.app(), change.revision()) - 1))
                        .as("%s", change)
                        .isEqualTo(change.action());
            } else {
                assertThat(actions).as("%s", change).contains(change.action());
            }
        }
    }

    long records() {
        return records;
    }

    /** Events that were published more than once. */
    long repeated() {
        return times.values().stream().filter(published -> published.size() > 1).count();
    }

    /** Each harm makes a relay repeat an event once at most, and none is repeated before any harm. */
    void requireRepeatsOnlyBehind(List<Instant> harms) {
        times.forEach((event, published) -> {
            for (int repeats = 1; repeats < published.size(); repeats++) {
                var at = Instant.ofEpochMilli(published.get(repeats));
                assertThat(harms.stream().filter(harm -> !harm.isAfter(at)).count())
                        .as("harm done before %s was published again at %s", event, at)
                        .isGreaterThanOrEqualTo(repeats);
            }
        });
    }

    private static <T> T required(@Nullable T value, String name) {
        if (value == null) {
            throw new AssertionError("nothing is known of " + name);
        }
        return value;
    }
}
