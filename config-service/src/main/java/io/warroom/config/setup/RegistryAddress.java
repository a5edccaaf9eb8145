package io.warroom.config.setup;

import java.net.URI;
import java.util.Map;

/** Where the registry is. As text it has no user and no password. Immutable. */
record RegistryAddress(String url) {

    /** The same text without the user and the password of the address. */
    String withoutPassword(String text) {
        var user = URI.create(url).getRawUserInfo();
        return user == null ? text : text.replace(user + "@", "").replace(user, "***");
    }

    /** The address alone. */
    String withoutUser() {
        var user = URI.create(url).getRawUserInfo();
        return user == null ? url : url.replaceFirst("//[^/@]*@", "//");
    }

    /** How the registry's client signs in as the user of the address; nothing where it has none. */
    Map<String, Object> signIn() {
        var user = URI.create(url).getUserInfo();
        return user == null
                ? Map.of()
                : Map.of("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", user);
    }

    @Override
    public String toString() {
        return withoutPassword(url);
    }
}
