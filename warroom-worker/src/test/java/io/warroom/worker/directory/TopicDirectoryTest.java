package io.warroom.worker.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.crypto.tink.HybridEncrypt;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.hybrid.HpkeParameters;
import com.google.crypto.tink.hybrid.HybridConfig2026;
import io.warroom.event.AppDeleted;
import io.warroom.event.AppEnabled;
import io.warroom.event.MobileApp;
import io.warroom.event.Platform;
import io.warroom.event.SealedSecret;
import io.warroom.event.SealingContext;
import io.warroom.platform.Credentials;
import io.warroom.platform.Secret;
import io.warroom.topic.Topic;
import io.warroom.worker.opening.Directory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TopicDirectoryTest {

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final CountDownLatch network = new CountDownLatch(1);
    private final MockConsumer<byte[], byte[]> consumer = onARecord();
    private Duration patience = Duration.ofMinutes(1);
    private @Nullable TopicDirectory directory;

    @AfterEach
    void stop() {
        if (directory != null) {
            directory.stop();
        }
    }

    @Test
    void theSecretOfEveryIncidentOpensWhenItIsShown() throws Exception {
        // Given
        var keys = keys();
        var started = directoryWith(keys, sealed(keys, "s3cret"));

        // When
        var first = started.choose("acme", null);
        var second = started.choose("acme", null);

        // Then
        assertThat(List.of(first, second))
                .allSatisfy(choice -> assertThat(((Credentials.Lark)
                                        ((Directory.Choice.Usable) choice).app().credentials())
                                .appSecret()
                                .reveal())
                        .isEqualTo("s3cret"));
    }

    @Test
    void theKeysetMayBeGivenItself() throws Exception {
        var keys = keys();

        var started = directoryWith(Secret.of(json(keys)), sealed(keys, "s3cret"));

        assertThat(started.choose("acme", null)).isInstanceOf(Directory.Choice.Usable.class);
    }

    @Test
    void anAppWhoseSecretDoesNotOpenIsUnreadableForEveryIncident() throws Exception {
        var started = directoryWith(keys(), sealed(keys(), "s3cret"));

        assertThat(started.choose("acme", null)).isInstanceOf(Directory.Choice.Unreadable.class);
        assertThat(started.choose("acme", null)).isInstanceOf(Directory.Choice.Unreadable.class);
    }

    @Test
    void whoWasCutOffHearsOfADeletedAppBeforeItOpensARoomWithIt() throws Exception {
        var keys = keys();
        var started = directoryWith(keys, sealed(keys, "s3cret"));
        cutOffWhileTheAppIsDeleted();
        var chosen = new AtomicReference<Directory.Choice>();

        var choosing = Thread.ofPlatform().start(() -> {
            try {
                chosen.set(started.choose("acme", null));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> !choosing.isAlive() || choosing.getState() == Thread.State.TIMED_WAITING);
        network.countDown();
        choosing.join();

        assertThat(chosen.get()).isInstanceOf(Directory.Choice.None.class);
    }

    @Test
    void whoStaysCutOffOpensWithWhatIsKnown() throws Exception {
        patience = Duration.ofMillis(1);
        var keys = keys();
        var started = directoryWith(keys, sealed(keys, "s3cret"));
        cutOffWhileTheAppIsDeleted();

        assertThat(started.choose("acme", null)).isInstanceOf(Directory.Choice.Usable.class);
        assertThat(started.health().getDetails())
                .hasEntrySatisfying(
                        "outOfDate", words -> assertThat(words.toString()).contains("60 s ago"));
        network.countDown();
    }

    @Test
    void s3AnIncidentWithoutAppWaitsNoLongerThanPatience() throws Exception {
        patience = Duration.ofMillis(1);
        var keys = keys();
        var started = directoryWith(keys, sealed(keys, "s3cret"));
        var cut = new CountDownLatch(1);
        consumer.schedulePollTask(() -> {
            cut.countDown();
            try {
                network.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        cut.await();

        assertThat(started.choose("globex", null)).isInstanceOf(Directory.Choice.None.class);
        network.countDown();
    }

    private void cutOffWhileTheAppIsDeleted() throws InterruptedException {
        var cut = new CountDownLatch(1);
        var deleted = new TopicPartition(Topic.APP_DELETED.name(""), 0);
        consumer.schedulePollTask(() -> {
            consumer.updateEndOffsets(Map.of(deleted, 1L));
            cut.countDown();
            try {
                network.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            consumer.addRecord(new ConsumerRecord<>(deleted.topic(), 0, 0, new byte[] {1}, new byte[] {1}));
        });
        cut.await();
        now.set(now.get().plusSeconds(60));
    }

    private TopicDirectory directoryWith(KeysetHandle keys, SealedSecret secret) throws Exception {
        var file = folder.resolve("private.json");
        Files.writeString(file, json(keys));
        return directoryWith(Secret.of(file.toString()), secret);
    }

    private static String json(KeysetHandle keys) throws Exception {
        return TinkJsonProtoKeysetFormat.serializeKeyset(keys, HybridConfig2026.get(), InsecureSecretKeyAccess.get());
    }

    private TopicDirectory directoryWith(Secret keyset, SealedSecret secret) {
        var app = new MobileApp("cli_1", "cli_1", null, null, "LARK", null, List.of(secret));
        var enabled = new AppEnabled("e", "acme", Platform.LARK, 1L, 1L, Instant.EPOCH, app);
        var deleted = new AppDeleted("e", "acme", Platform.LARK, 2L, Instant.EPOCH);
        var made = new TopicDirectory(
                () -> consumer,
                (topic, value) -> topic.equals(Topic.APP_DELETED.name("")) ? deleted : enabled,
                topic -> null,
                "",
                SecretOpener.read(keyset),
                tenant -> {},
                now::get,
                patience);
        directory = made;
        made.start();
        assertThat(made.caughtUp()).succeedsWithin(Duration.ofSeconds(30));
        return made;
    }

    private static MockConsumer<byte[], byte[]> onARecord() {
        var consumer = new MockConsumer<byte[], byte[]>("earliest");
        var begins = new HashMap<TopicPartition, Long>();
        var ends = new HashMap<TopicPartition, Long>();
        Stream.of(Topic.APP_ENABLED, Topic.KEY_ROTATED, Topic.APP_DELETED, Topic.MEMBER_BOUND)
                .map(topic -> topic.name(""))
                .forEach(name -> {
                    consumer.updatePartitions(
                            name, List.of(new PartitionInfo(name, 0, Node.noNode(), new Node[0], new Node[0])));
                    begins.put(new TopicPartition(name, 0), 0L);
                    ends.put(new TopicPartition(name, 0), name.equals(Topic.APP_ENABLED.name("")) ? 1L : 0L);
                });
        consumer.updateBeginningOffsets(begins);
        consumer.updateEndOffsets(ends);
        consumer.schedulePollTask(() -> consumer.addRecord(
                new ConsumerRecord<>(Topic.APP_ENABLED.name(""), 0, 0, new byte[] {1}, new byte[] {1})));
        return consumer;
    }

    private static KeysetHandle keys() throws Exception {
        return KeysetHandle.generateNew(
                HpkeParameters.builder()
                        .setKemId(HpkeParameters.KemId.DHKEM_X25519_HKDF_SHA256)
                        .setKdfId(HpkeParameters.KdfId.HKDF_SHA256)
                        .setAeadId(HpkeParameters.AeadId.AES_256_GCM)
                        .setVariant(HpkeParameters.Variant.TINK)
                        .build(),
                HybridConfig2026.get());
    }

    private static SealedSecret sealed(KeysetHandle keys, String secret) throws Exception {
        var sealer = keys.getPublicKeysetHandle().getPrimitive(HybridConfig2026.get(), HybridEncrypt.class);
        return new SealedSecret(
                "appSecret",
                1L,
                ByteBuffer.wrap(sealer.encrypt(
                        secret.getBytes(StandardCharsets.UTF_8),
                        SealingContext.of("acme", Platform.LARK, "appSecret", 1))));
    }
}
