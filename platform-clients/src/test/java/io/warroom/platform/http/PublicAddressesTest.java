package io.warroom.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "192.168.1.1",
                "172.16.0.1",
                "169.254.169.254",
                "0.0.0.0",
                "0.1.2.3",
                "100.64.0.1",
                "::1",
                "fd00::1",
                "fe80::1",
                "::ffff:10.0.0.1",
                "64:ff9b::a01:203",
                "2002:a01:203::1"
            })
    void addressOfOurOwnNetworkIsNotCalled(String address) {
        assertThatThrownBy(() -> new PublicAddresses(Set.of()).resolve(address))
                .isInstanceOf(UnknownHostException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.9", "2001:db8::1", "64:ff9b::cb00:7109", "2002:cb00:7109::1"})
    void publicAddressIsCalled(String address) throws UnknownHostException {
        assertThat(new PublicAddresses(Set.of()).resolve(address)).containsExactly(InetAddress.getByName(address));
    }

    @ParameterizedTest
    @ValueSource(strings = "127.0.0.1")
    void hostThatTheOperatorAllowedIsCalled(String address) throws UnknownHostException {
        assertThat(new PublicAddresses(Set.of(address)).resolve(address)).hasSize(1);
    }
}
