package io.warroom.benchmarks.outbox;

import com.zaxxer.hikari.HikariDataSource;
import io.warroom.config.outbox.Outbox;
import io.warroom.config.outbox.OutboxEvent;
import io.warroom.config.outbox.OutboxRelay;
import io.warroom.event.KeyRotated;
import io.warroom.event.MobileApp;
import io.warroom.event.Platform;
import io.warroom.event.SealedSecret;
import io.warroom.topic.Topic;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringSerializer;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;

/** The config service's outbox and relay as the service wires them, their table made by its migrations. */
final class WarroomOutbox implements Contender {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** As long as a sealed secret of usual length. */
    private static final int SEALED = 120;

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final Outbox outbox = new Outbox();
    private final OutboxRelay relay;

    WarroomOutbox(Server server) {
        this.pool = server.pool();
        Flyway.configure().dataSource(pool).load().migrate();
        this.jdbi = Jdbi.create(pool).installPlugin(new PostgresPlugin());
        var producers = new DefaultKafkaProducerFactory<String, Object>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                server.kafka(),
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.LINGER_MS_CONFIG,
                0,
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                StringSerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                "io.confluent.kafka.serializers.KafkaAvroSerializer",
                ProducerConfig.PARTITIONER_CLASS_CONFIG,
                "io.warroom.topic.TenantPartitioner",
                "auto.register.schemas",
                false,
                "avro.remove.java.properties",
                true,
                "schema.registry.url",
                server.registry()));
        this.relay = new OutboxRelay(
                jdbi, outbox, OutboxRelay.fenced(producers, "", PATIENCE), "", POLL, PATIENCE, Clock.systemUTC());
        relay.start();
    }

    @Override
    public void commit(String app, String eventId) {
        var now = Clock.systemUTC().instant();
        var tenant = app.substring(0, app.indexOf('/'));
        var state = new MobileApp(
                "cli_1",
                "cli_1",
                null,
                null,
                "FEISHU",
                null,
                List.of(new SealedSecret("appSecret", 1L, ByteBuffer.allocate(SEALED))));
        jdbi.useTransaction(handle -> {
            handle.execute("UPDATE benchmark_app SET revision = revision + 1 WHERE app = ?", app);
            outbox.append(
                    handle,
                    OutboxEvent.tombstone("mobile_app", app, Topic.KEY_ROTATED, eventId, 1, now)
                            .carrying(new KeyRotated(eventId, tenant, Platform.LARK, 1L, 1L, now, state)));
        });
        outbox.wakeRelay();
    }

    @Override
    public void close() {
        relay.stop();
        pool.close();
    }
}
