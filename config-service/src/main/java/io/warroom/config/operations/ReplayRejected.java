package io.warroom.config.operations;

import io.warroom.topic.Topic;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Sends rejected records back to the topic that they came from, for records that a bug or a limit rejected which is corrected now. Reads to
 * the end that the topic had when it began, and marks what it sends: a record that is rejected once more is never sent back again.
 */
final class ReplayRejected implements Operation {

    /** On records that were sent back: where they were on incident-rejected. */
    static final String MARK = "warroom-replayed";

    private static final int FULL_BATCH = 500;
    private static final int MAX_REMEMBERED = 100_000;
    private static final long SEND_TIMEOUT_SECONDS = 60;

    /** What the worker added when it rejected or forwarded the record. */
    private static final Set<String> REMOVED = Set.of(
            "warroom-reason",
            "warroom-detail",
            "warroom-topic",
            "warroom-partition",
            "warroom-offset",
            "warroom-timestamp",
            "warroom-tenant",
            "warroom-step",
            "warroom-forwarded-from");

    private final TopicReading topics;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Map<String, Topic> homes;

    ReplayRejected(TopicReading topics, Supplier<Producer<byte[], byte[]>> producers, String topicPrefix) {
        this.topics = topics;
        this.producers = producers;
        this.homes = Stream.of(Topic.INCIDENT_DECLARED, Topic.INCIDENT_UPDATED, Topic.INCIDENT_RESOLVED)
                .collect(Collectors.toMap(topic -> topic.name(topicPrefix), topic -> topic));
    }

    @Override
    public void run(OperationRequest request, PrintStream out) throws InterruptedException {
        out.println("Sending rejected records back" + (request.dryRun() ? " (dry run)" : ""));
        var report = new Report(out);
        try (var producer = producers.get()) {
            var sender = new Sender(producer, report, out);
            topics.readBytes(
                    Topic.INCIDENT_REJECTED, request.since(), out, record -> take(record, request, report, sender));
            sender.flush();
        } catch (KafkaException e) {
            throw new OperationFailedException(
                    "Kafka did not answer (" + e.getMessage() + ") after " + report.summary()
                            + ". Run it again with --since.",
                    e);
        }
        out.println((request.dryRun() ? "Would be: " : "Done: ") + report.summary());
        if (report.count("failed") > 0) {
            throw new OperationFailedException(report.count("failed") + " records were not accepted by Kafka: see the"
                    + " lines above, then run it again with --since.");
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record, OperationRequest request, Report report, Sender sender) {
        if (!isWanted(record, request)) {
            return;
        }
        var place = "partition " + record.partition() + " offset " + record.offset();
        var home = text(record, "warroom-topic");
        if (home == null || !homes.containsKey(home)) {
            report.line("skipped", place + ": its headers name no topic of incidents of this deployment");
        } else if (record.headers().lastHeader(MARK) != null) {
            report.line("again", place + ": it was sent back before and rejected once more");
        } else if (record.headers().lastHeader("warroom-cut") != null) {
            report.line("cut", place + ": it was too large to be kept whole; its producer must send it again");
        } else if (sender.isNew(
                home + "/" + text(record, "warroom-partition") + "/" + text(record, "warroom-offset"))) {
            if (request.dryRun()) {
                report.line("sent", place + " to " + home + " (" + text(record, "warroom-reason") + ")");
            } else {
                sender.send(place, home(record, home));
            }
        } else {
            report.line("twice", place + ": the same record was rejected twice and is sent once");
        }
    }

    private static boolean isWanted(ConsumerRecord<byte[], byte[]> record, OperationRequest request) {
        var tenant = text(record, "warroom-tenant");
        // Without the header the key says whose it is, where the record has one.
        var owner = tenant != null || record.key() == null ? tenant : new String(record.key(), StandardCharsets.UTF_8);
        var since = request.since();
        return (request.tenant() == null || request.tenant().equals(owner))
                && (request.step() == null || request.step().equals(text(record, "warroom-step")))
                && (request.reasons().isEmpty() || request.reasons().contains(text(record, "warroom-reason")))
                && (since == null || record.timestamp() >= since.toEpochMilli());
    }

    private static ProducerRecord<byte[], byte[]> home(ConsumerRecord<byte[], byte[]> record, String topic) {
        // Where it was, key or none. A worker forwards what is in another partition than its tenant's.
        var sent = new ProducerRecord<>(topic, record.partition(), record.key(), record.value());
        for (Header header : record.headers()) {
            if (!REMOVED.contains(header.key())) {
                sent.headers().add(header);
            }
        }
        sent.headers().add(MARK, (record.partition() + "@" + record.offset()).getBytes(StandardCharsets.UTF_8));
        return sent;
    }

    private static @Nullable String text(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Sends in batches and waits for each: at most one batch is in memory. One thread. */
    private static final class Sender {

        private record Sent(String place, ProducerRecord<byte[], byte[]> record, Future<RecordMetadata> answer) {}

        private final Producer<byte[], byte[]> producer;
        private final Report report;
        private final PrintStream out;
        private final List<Sent> batch = new ArrayList<>();
        private final Map<String, Boolean> seen = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > MAX_REMEMBERED;
            }
        };
        private long accepted;

        Sender(Producer<byte[], byte[]> producer, Report report, PrintStream out) {
            this.producer = producer;
            this.report = report;
            this.out = out;
        }

        boolean isNew(String origin) {
            return seen.put(origin, true) == null;
        }

        void send(String place, ProducerRecord<byte[], byte[]> record) {
            batch.add(new Sent(place, record, producer.send(record)));
            if (batch.size() == FULL_BATCH) {
                flush();
            }
        }

        void flush() {
            for (var sent : batch) {
                var failure = failure(sent.answer());
                if (failure != null) {
                    // The broker refuses a whole batch for one record: each is sent once more alone.
                    failure = failure(producer.send(sent.record()));
                }
                if (failure == null) {
                    report.count("sent", 1);
                    accepted++;
                } else {
                    report.line("failed", sent.place() + ": " + failure);
                }
            }
            if (!batch.isEmpty()) {
                out.println("  " + accepted + " sent");
            }
            batch.clear();
        }

        private static @Nullable String failure(Future<RecordMetadata> answer) {
            try {
                answer.get(SEND_TIMEOUT_SECONDS, TimeUnit.SECONDS);
                return null;
            } catch (ExecutionException e) {
                var cause = e.getCause() == null ? e : e.getCause();
                return cause.getClass().getSimpleName();
            } catch (TimeoutException e) {
                return e.getClass().getSimpleName();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OperationFailedException("interrupted: run it again with --since", e);
            }
        }
    }
}
