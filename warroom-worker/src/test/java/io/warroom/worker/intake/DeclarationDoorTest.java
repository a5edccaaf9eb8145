package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.event.IncidentDeclared;
import io.warroom.event.Severity;
import io.warroom.worker.opening.Declaration;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeclarationDoorTest {

    private static final Instant WRITTEN = Instant.parse("2026-10-01T00:00:05Z");

    private final List<Declaration> declarations = new ArrayList<>();

    @Test
    void aRetryIsHandledWithItsTimeAndThatOfItsRecord() throws Exception {
        var declaration = received("1790812805123");

        assertThat(declaration.retryAt()).isEqualTo(Instant.ofEpochMilli(1_790_812_805_123L));
        assertThat(declaration.writtenAt()).isEqualTo(WRITTEN);
        assertThat(declaration.incident().generation()).isEqualTo(1);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "now", "99999999999999999999"})
    void aRecordWithoutATimeOfRetryIsADeclaration(@Nullable String header) throws Exception {
        assertThat(received(header).retryAt()).isNull();
    }

    private Declaration received(@Nullable String retry) throws InterruptedException {
        var incident = IncidentDeclared.newBuilder()
                .setTenantId("acme")
                .setIncidentId("INC-1")
                .setTitle("checkout down")
                .setSeverity(Severity.P1)
                .setDeclaredAt(WRITTEN)
                .build();
        var headers = new RecordHeaders();
        if (retry != null) {
            headers.add(DeclarationDoor.RETRY, retry.getBytes(StandardCharsets.UTF_8));
        }
        var door = new DeclarationDoor((topic, value) -> incident, declarations::add);
        var reception = door.receive(new ConsumerRecord<>(
                "incident-declared",
                0,
                1,
                WRITTEN.toEpochMilli(),
                TimestampType.CREATE_TIME,
                ConsumerRecord.NULL_SIZE,
                ConsumerRecord.NULL_SIZE,
                "acme".getBytes(StandardCharsets.UTF_8),
                new byte[] {0},
                headers,
                Optional.empty()));
        assertThat(reception).isInstanceOf(Reception.Accepted.class);
        ((Reception.Accepted) reception).handling().run();
        return declarations.getLast();
    }
}
