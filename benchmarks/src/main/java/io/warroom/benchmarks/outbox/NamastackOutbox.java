package io.warroom.benchmarks.outbox;

import io.namastack.outbox.Outbox;
import io.namastack.outbox.OutboxJacksonAutoConfiguration;
import io.namastack.outbox.config.JdbcOutboxAutoConfiguration;
import io.namastack.outbox.config.JdbcOutboxSchemaAutoConfiguration;
import io.namastack.outbox.config.OutboxCoreInfrastructureAutoConfiguration;
import io.namastack.outbox.config.OutboxCoreMulticasterAutoConfiguration;
import io.namastack.outbox.config.OutboxCoreProcessingAutoConfiguration;
import io.namastack.outbox.config.OutboxCoreSchedulingAutoConfiguration;
import io.namastack.outbox.config.OutboxCoreThreadingAutoConfiguration;
import io.namastack.outbox.handler.OutboxRecordMetadata;
import io.namastack.outbox.handler.OutboxTypedHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** namastack-outbox 1.6.0 (JDBC) as its documentation wires it; its handler sends a record of about the same size and waits for the broker. */
final class NamastackOutbox implements Contender {

    /** As the sealed secret is in JSON. */
    private static final String SEALED = "A".repeat(160);

    private final ConfigurableApplicationContext context;
    private final TransactionTemplate transactions;
    private final JdbcTemplate jdbc;
    private final Outbox outbox;

    /** What is scheduled. */
    record Rotated(String eventId, String app, String platform, long revision, long activation, String sealed) {}

    /** How it is set up, by its own properties. */
    enum Profile {
        /** Looks often and takes much: the profile for latency. */
        EAGER("fixed", "10ms", "500"),
        /** Backs off while nothing comes. */
        ADAPTIVE("adaptive", "10ms", "500");

        private final String trigger;
        private final String interval;
        private final String batch;

        Profile(String trigger, String interval, String batch) {
            this.trigger = trigger;
            this.interval = interval;
            this.batch = batch;
        }

        private String[] properties() {
            return new String[] {
                "namastack.outbox.polling.trigger=" + trigger,
                "namastack.outbox.polling.batch-size=" + batch,
                "namastack.outbox.polling.fixed.interval=" + interval,
                "namastack.outbox.polling.adaptive.min-interval=" + interval,
                "namastack.outbox.polling.adaptive.max-interval=100ms",
                "namastack.outbox.processing.delete-completed-records=true",
                "namastack.outbox.processing.executor-concurrency-limit=64",
                "namastack.outbox.instance.rebalance-interval=1s",
                "spring.threads.virtual.enabled=true",
                "spring.main.banner-mode=off",
                "logging.level.root=warn"
            };
        }
    }

    NamastackOutbox(Server server, Profile profile) {
        this.context = new SpringApplicationBuilder(Wiring.class)
                .web(WebApplicationType.NONE)
                .initializers(it -> ((GenericApplicationContext) it).registerBean(Server.class, () -> server))
                .properties(profile.properties())
                .run();
        this.transactions = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        this.jdbc = context.getBean(JdbcTemplate.class);
        this.outbox = context.getBean(Outbox.class);
    }

    @Override
    public void commit(String app, String eventId) {
        transactions.executeWithoutResult(_ -> {
            jdbc.update("UPDATE benchmark_app SET revision = revision + 1 WHERE app = ?", app);
            outbox.schedule(new Rotated(eventId, app, "LARK", 1, 1, SEALED), app);
        });
    }

    @Override
    public void close() {
        context.close();
    }

    /** What the library needs, and no more of Spring Boot. */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        TaskExecutionAutoConfiguration.class,
        TaskSchedulingAutoConfiguration.class,
        TransactionAutoConfiguration.class,
        DataSourceTransactionManagerAutoConfiguration.class,
        JdbcTemplateAutoConfiguration.class,
        JdbcClientAutoConfiguration.class,
        JacksonAutoConfiguration.class,
        OutboxCoreInfrastructureAutoConfiguration.class,
        OutboxCoreThreadingAutoConfiguration.class,
        OutboxCoreProcessingAutoConfiguration.class,
        OutboxCoreSchedulingAutoConfiguration.class,
        OutboxCoreMulticasterAutoConfiguration.class,
        OutboxJacksonAutoConfiguration.class,
        JdbcOutboxAutoConfiguration.class,
        JdbcOutboxSchemaAutoConfiguration.class
    })
    static class Wiring {

        @Bean
        DataSource pool(Server server) {
            return server.pool();
        }

        @Bean
        KafkaTemplate<String, String> kafka(Server server) {
            return new KafkaTemplate<>(new DefaultKafkaProducerFactory<>(Map.of(
                    ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                    server.kafka(),
                    ProducerConfig.ACKS_CONFIG,
                    "all",
                    ProducerConfig.LINGER_MS_CONFIG,
                    0,
                    ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                    StringSerializer.class,
                    ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                    StringSerializer.class,
                    ProducerConfig.PARTITIONER_CLASS_CONFIG,
                    "io.warroom.topic.TenantPartitioner")));
        }

        @Bean
        Sending sending(KafkaTemplate<String, String> kafka) {
            return new Sending(kafka);
        }
    }

    /** A record is done when the broker has it, as the config service's is. */
    static final class Sending implements OutboxTypedHandler<Rotated> {

        private static final JsonMapper JSON = JsonMapper.shared();

        private final KafkaTemplate<String, String> kafka;

        Sending(KafkaTemplate<String, String> kafka) {
            this.kafka = kafka;
        }

        @Override
        public void handle(Rotated event, OutboxRecordMetadata metadata) {
            var record = new ProducerRecord<String, String>(Server.TOPIC, event.app(), JSON.writeValueAsString(event));
            for (var header :
                    List.of(Map.entry(EVENT, event.eventId()), Map.entry("ce_type", "io.warroom.key-rotated"))) {
                record.headers().add(header.getKey(), header.getValue().getBytes(StandardCharsets.UTF_8));
            }
            try {
                var _ = kafka.send(record).get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("stopped", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("not sent", e);
            }
        }
    }
}
