package io.warroom.config.room;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Tells a topic from an earlier one of its name: the broker gives each an id, and each new id begins an era, which the database counts
 * for all instances. Safe for concurrent use.
 */
final class TopicEras {

    private final Jdbi jdbi;
    private final TopicIds ids;

    /** What the broker knows. */
    interface TopicIds {

        /**
         * The id of each topic that is there.
         *
         * @throws TopicsUnknownException when the broker does not say
         */
        Map<String, String> now();
    }

    private record Era(String topicId, int number) {}

    TopicEras(Jdbi jdbi, TopicIds ids) {
        this.jdbi = jdbi;
        this.ids = ids;
    }

    /** The era of each topic that was ever looked at, as it was known last. */
    Map<String, Integer> known() {
        return jdbi.withHandle(TopicEras::numbers);
    }

    /**
     * The era of each topic now: one that was made anew begins its next. One that is not there keeps its last. Blocks for the broker, then
     * for the database.
     */
    Map<String, Integer> now() {
        // In their order, so that instances that look at one moment do not wait for each other crosswise.
        var present = new TreeMap<>(ids.now());
        return jdbi.inTransaction(handle -> {
            var before = stored(handle);
            present.forEach((topic, id) -> {
                var known = before.get(topic);
                if (known == null || !Objects.equals(known.topicId(), id)) {
                    begin(handle, topic, id);
                }
            });
            return numbers(handle);
        });
    }

    private static Map<String, Integer> numbers(Handle handle) {
        var numbers = new TreeMap<String, Integer>();
        stored(handle).forEach((topic, era) -> numbers.put(topic, era.number()));
        return numbers;
    }

    private static Map<String, Era> stored(Handle handle) {
        return handle.createQuery("SELECT topic, topic_id, era FROM heard_topic")
                .map((row, context) ->
                        Map.entry(row.getString("topic"), new Era(row.getString("topic_id"), row.getInt("era"))))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /** Of several instances that see a new id at one moment, one counts it. */
    private static void begin(Handle handle, String topic, String id) {
        handle.createUpdate("""
                        INSERT INTO heard_topic AS heard (topic, topic_id, era) VALUES (:topic, :id, 0)
                            ON CONFLICT (topic) DO UPDATE SET era = heard.era + 1, topic_id = excluded.topic_id
                         WHERE heard.topic_id <> excluded.topic_id""").bind("topic", topic).bind("id", id).execute();
    }

    /** The broker does not say which topics there are. */
    static final class TopicsUnknownException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TopicsUnknownException(Throwable cause) {
            super("the broker does not say which topics there are", cause);
        }
    }
}
