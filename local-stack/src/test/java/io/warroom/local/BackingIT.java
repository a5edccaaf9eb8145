package io.warroom.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.event.AppHealth;
import io.warroom.local.testing.Backing;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class BackingIT {
    private final Backing backing = Backing.get();

    @Test
    void aRecordIsWrittenAndReadByAGroup() throws Exception {
        Map<String, Object> client = Map.of("bootstrap.servers", backing.kafkaBootstrapServers());
        try (var admin = Admin.create(client);
                var producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer());
                var consumer = new KafkaConsumer<>(
                        Map.<String, Object>of(
                                "bootstrap.servers",
                                backing.kafkaBootstrapServers(),
                                "group.id",
                                "readers",
                                "auto.offset.reset",
                                "earliest"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            admin.createTopics(List.of(new NewTopic("letters", 2, (short) 1)))
                    .all()
                    .get();
            producer.send(new ProducerRecord<>("letters", "a", "alpha")).get();
            consumer.subscribe(List.of("letters"));

            Set<String> read = new HashSet<>();
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(letter -> read.add(letter.value()));
                assertThat(read).containsExactly("alpha");
            });
        }
    }

    @Test
    void everyCallGivesAnEmptyDatabase() throws Exception {
        var first = backing.newDatabase();
        try (var connection = DriverManager.getConnection(first.jdbcUrl(), first.user(), first.password());
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE room (id text)");
            statement.execute("INSERT INTO room VALUES ('r1')");
            try (var rows = statement.executeQuery("SELECT id, version() FROM room")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("r1");
                assertThat(rows.getString(2)).startsWith("PostgreSQL 18");
            }
        }

        try (var connection = DriverManager.getConnection(backing.jdbcUrl());
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT to_regclass('room') IS NULL")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getBoolean(1)).isTrue();
        }
    }

    @Test
    void aSchemaIsRegisteredAndGivenBackByItsId() throws Exception {
        var http = new Http();
        var body = new tools.jackson.databind.ObjectMapper()
                .writeValueAsString(Map.of("schema", AppHealth.getClassSchema().toString()));
        var registered = http.json("POST", backing.schemaRegistryUrl() + "/subjects/app-health-value/versions", body);
        assertThat(registered.status()).as(registered.body()).isEqualTo(200);

        var id = registered.body().replaceAll(".*\"id\":(\\d+).*", "$1");
        assertThat(http.get(backing.schemaRegistryUrl() + "/schemas/ids/" + id).body())
                .contains("AppHealth");
    }
}
