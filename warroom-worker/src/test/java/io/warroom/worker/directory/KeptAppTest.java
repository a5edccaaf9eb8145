package io.warroom.worker.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.event.MobileApp;
import io.warroom.event.SealedSecret;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptAppTest {

    @Test
    void whatIsKeptIsGivenBackWhole() {
        var app = new MobileApp(
                "corp",
                "7",
                "template",
                "robot",
                "https://chat.example/\u4f60",
                "owner",
                List.of(
                        new SealedSecret("clientSecret", 3L, ByteBuffer.wrap(new byte[] {1, 2, 3})),
                        new SealedSecret("other", 4L, ByteBuffer.wrap(new byte[200]))));

        var kept = KeptApp.of(app);

        assertThat(kept.app()).isEqualTo(app);
        assertThat(kept.app()).isEqualTo(app);
        assertThat(KeptApp.of(kept.app())).isEqualTo(kept);
    }
}
