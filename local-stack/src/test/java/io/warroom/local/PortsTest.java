package io.warroom.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PortsTest {

    @Test
    void noFreePortIsGivenTwiceThoughNobodyListensOnItYet() {
        var ports = Stream.generate(() -> Ports.free("a test")).limit(1_000).toList();

        assertThat(ports).doesNotHaveDuplicates();
    }

    @Test
    void aWantedPortThatIsTakenIsNamedWithWhoWantsItAndARemedy() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Ports.choose(taken.getLocalPort(), "the worker"))
                    .isInstanceOf(LocalStackException.class)
                    .hasMessageContainingAll(
                            Integer.toString(taken.getLocalPort()), "the worker", "choose another port");
        }
    }
}
