package io.warroom.benchmarks.flow;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.hybrid.HpkeParameters;
import com.google.crypto.tink.hybrid.HybridConfig2026;
import io.warroom.benchmarks.BrokerHost;
import io.warroom.benchmarks.ChildJvm;
import io.warroom.event.EventClasses;
import io.warroom.local.Registry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/** What workers stand on: broker, schema registry and platform, each a process of its own, and the keys of the secrets. */
final class Stage implements AutoCloseable {

    private final Path folder;
    private final KeysetHandle keys;
    private final ChildJvm broker;
    private final ChildJvm platform;
    private final Registry registry;
    private final String brokers;
    private final String platformUrl;
    private final Path privateKeys;
    private int scenes;

    /**
     * Starts them.
     *
     * @param platformHost a main class that tells {@code port pid} when it is ready, and answers as Lark below {@code /lark}
     * @param platformOptions of the platform's JVM
     */
    Stage(Class<?> platformHost, String... platformOptions) {
        EventClasses.trust();
        try {
            folder = Files.createTempDirectory("warroom-benchmark-");
            keys = KeysetHandle.generateNew(
                    HpkeParameters.builder()
                            .setKemId(HpkeParameters.KemId.DHKEM_X25519_HKDF_SHA256)
                            .setKdfId(HpkeParameters.KdfId.HKDF_SHA256)
                            .setAeadId(HpkeParameters.AeadId.AES_256_GCM)
                            .setVariant(HpkeParameters.Variant.TINK)
                            .build(),
                    HybridConfig2026.get());
            privateKeys = Files.writeString(
                    folder.resolve("private.json"),
                    TinkJsonProtoKeysetFormat.serializeKeyset(
                            keys, HybridConfig2026.get(), InsecureSecretKeyAccess.get()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no keys", e);
        }
        broker = ChildJvm.start(null, BrokerHost.class);
        platform = ChildJvm.start(List.of(platformOptions), null, platformHost);
        registry = Registry.start(folder.resolve("registry"), 0);
        brokers = broker.await(ChildJvm.Word.READY);
        platformUrl = "http://127.0.0.1:" + platform.await(ChildJvm.Word.READY).split(" ", 2)[0] + "/lark";
    }

    String brokers() {
        return brokers;
    }

    String registry() {
        return registry.url();
    }

    /** The base URL that apps name as their endpoint. */
    String platformUrl() {
        return platformUrl;
    }

    KeysetHandle keys() {
        return keys;
    }

    Path privateKeys() {
        return privateKeys;
    }

    Path folder() {
        return folder;
    }

    /** Another prefix each time: topics of its own for each run. */
    String nextPrefix() {
        return "s" + ++scenes + "-";
    }

    @Override
    public void close() {
        registry.close();
        platform.close();
        broker.close();
    }
}
