package io.warroom.benchmarks.flow;

import com.google.crypto.tink.HybridEncrypt;
import com.google.crypto.tink.hybrid.HybridConfig2026;
import io.warroom.event.AppEnabled;
import io.warroom.event.IncidentDeclaration;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.MobileApp;
import io.warroom.event.Platform;
import io.warroom.event.Responder;
import io.warroom.event.Role;
import io.warroom.event.SealedSecret;
import io.warroom.event.SealingContext;
import io.warroom.event.Severity;
import io.warroom.topic.TenantPartitioner;
import io.warroom.topic.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Topics of its own on a {@link Stage}, tenants with a Lark app each, and whoever declares incidents. The broker stamps incidents
 * and results with its own clock. Not thread-safe.
 */
final class Scene implements AutoCloseable {

    /** Tenants, where it does not matter how many. */
    static final int TENANTS = 600;

    static final String SECRET = "0123456789abcdef0123456789abcdef";

    private static final int PARTITIONS = 6;

    private final Stage stage;
    private final String prefix;
    private final KafkaProducer<String, SpecificRecord> producer;
    private final AtomicLongArray declaredMillis;
    private final List<WorkerProcess> workers = new CopyOnWriteArrayList<>();

    /**
     * Makes the topics and enables the apps.
     *
     * @param incidents one more than the greatest incident's number
     */
    Scene(Stage stage, List<String> tenants, int incidents) {
        this.stage = stage;
        this.prefix = stage.nextPrefix();
        this.declaredMillis = new AtomicLongArray(incidents);
        try (var admin = Admin.create(Map.of("bootstrap.servers", stage.brokers()))) {
            var topics = new ArrayList<NewTopic>();
            for (var topic : Topic.values()) {
                var settings = new HashMap<>(topic.settings());
                settings.put("message.timestamp.type", "LogAppendTime");
                topics.add(new NewTopic(topic.name(prefix), PARTITIONS, (short) 1).configs(settings));
            }
            admin.createTopics(topics).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The topics could not be made", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        producer = new KafkaProducer<>(Map.of(
                "bootstrap.servers",
                stage.brokers(),
                "key.serializer",
                "org.apache.kafka.common.serialization.StringSerializer",
                "value.serializer",
                "io.confluent.kafka.serializers.KafkaAvroSerializer",
                "schema.registry.url",
                stage.registry(),
                "avro.remove.java.properties",
                true,
                "partitioner.class",
                TenantPartitioner.class,
                // As in the intake's comparison: a first batch that is refused must not be overtaken.
                "max.in.flight.requests.per.connection",
                1));
        enable(tenants);
    }

    static List<String> tenants(int count) {
        var tenants = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            tenants.add("tenant-" + i);
        }
        return tenants;
    }

    /** Every tenant has an app of its own. */
    static String appId(String tenant) {
        return "cli_" + tenant;
    }

    private void enable(List<String> tenants) {
        try {
            var sealer = stage.keys().getPublicKeysetHandle().getPrimitive(HybridConfig2026.get(), HybridEncrypt.class);
            for (var tenant : tenants) {
                var sealed = sealer.encrypt(
                        SECRET.getBytes(StandardCharsets.UTF_8),
                        SealingContext.of(tenant, Platform.LARK, "appSecret", 1));
                var app = new MobileApp(
                        appId(tenant),
                        appId(tenant),
                        null,
                        null,
                        stage.platformUrl(),
                        null,
                        List.of(new SealedSecret("appSecret", 1L, ByteBuffer.wrap(sealed))));
                var _ = producer.send(new ProducerRecord<>(
                        Topic.APP_ENABLED.name(prefix),
                        tenant + "/LARK",
                        new AppEnabled("e", tenant, Platform.LARK, 1L, 1L, Instant.EPOCH, app)));
            }
            producer.flush();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The apps could not be sealed", e);
        }
    }

    String prefix() {
        return prefix;
    }

    /** Starts a worker of this scene, which ends with it or before. */
    WorkerProcess startWorker(String... more) {
        var worker = WorkerProcess.start(stage, prefix, more);
        workers.add(worker);
        return worker;
    }

    /** It was killed: nobody asks whether it is alive any more. */
    void forget(WorkerProcess worker) {
        workers.remove(worker);
    }

    /** Starts whoever reads this scene's results. */
    Witness watch() {
        return new Witness(stage.brokers(), prefix, declaredMillis.length(), workers);
    }

    /** Declares them at once; returns when the broker has them. Their tenants take turns. */
    void declare(int from, int to, List<String> tenants) {
        declare(from, to, number -> tenants.get(number % tenants.size()), Double.POSITIVE_INFINITY);
    }

    /** Declares them at an even rate; returns when the broker has them. */
    void declare(int from, int to, IntFunction<String> tenantOf, double perSecond) {
        long begun = System.nanoTime();
        Future<?> last = null;
        for (int i = from; i < to; i++) {
            int number = i;
            long at = begun + (long) ((number - from) / perSecond * 1e9);
            while (System.nanoTime() < at) {
                LockSupport.parkNanos(at - System.nanoTime());
            }
            var tenant = tenantOf.apply(number);
            last = producer.send(
                    new ProducerRecord<>(Topic.INCIDENT_DECLARED.name(prefix), tenant, incident(tenant, number)),
                    (metadata, failure) -> {
                        if (failure == null) {
                            declaredMillis.set(number, metadata.timestamp());
                        }
                    });
        }
        producer.flush();
        try {
            if (last != null) {
                last.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("Not declared", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IncidentDeclared incident(String tenant, int number) {
        var incident = IncidentDeclaration.of(
                tenant, "INC-" + number, LarkCalls.TITLE, Severity.P1, Instant.ofEpochSecond(1_700_000_000));
        LarkCalls.PEOPLE.forEach(
                id -> incident.responder(new Responder(id, "Person " + id, null, null, id, Role.RESPONDER)));
        return incident.build();
    }

    /** When the broker had it, by its clock. */
    long declaredMillis(int number) {
        return declaredMillis.get(number);
    }

    static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("Interrupted", e);
    }

    @Override
    public void close() {
        workers.forEach(WorkerProcess::close);
        producer.close();
    }
}
