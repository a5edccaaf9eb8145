package io.warroom.config.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/**
 * The user that needs no issuer: for one machine, and for the day when the issuer is down. Safe for concurrent use.
 *
 * <p>Of the right password only a keyed digest is in memory, by a key that this process made: it is compared at every
 * request, so that bcrypt, which is slow on purpose, is needed for the first one and for wrong ones alone.
 */
final class BuiltInOperator implements AuthenticationProvider {

    private static final Logger log = LoggerFactory.getLogger(BuiltInOperator.class);
    private static final String OTHERS = "";
    private static final int LONGEST_PASSWORD = 72; // bcrypt reads no further

    private final String name;
    private final @Nullable String hash;
    private final SignInThrottle throttle;
    private final BCryptPasswordEncoder bcrypt = new BCryptPasswordEncoder();
    private final SecretKeySpec key;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    private volatile byte @Nullable [] known;

    BuiltInOperator(AccessSettings.Operator settings, SignInThrottle throttle) {
        this.name = settings.name();
        this.throttle = throttle;
        var random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, "HmacSHA256");
        var clear = settings.clearPassword();
        this.hash = clear.isEmpty() ? settings.passwordHash() : null;
        this.known = clear.isEmpty() ? null : digest(clear);
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
    }

    /** @throws TooManyTriesException unseen, @throws BadCredentialsException seen and wrong */
    @Override
    public Authentication authenticate(Authentication request) {
        var password = request.getCredentials() instanceof String text ? text : "";
        var address = request.getDetails() instanceof WebAuthenticationDetails details
                ? details.getRemoteAddress()
                : "unknown";
        boolean ours = request.getName().equals(name);
        var user = ours ? name : OTHERS;
        if (!(ours ? isRight(password, user, address) : judged(false, user, address))) {
            if (throttle.mustWait(user, address).isPresent()) {
                log.atWarn()
                        .addKeyValue("remoteAddress", address)
                        .addKeyValue("builtInUser", ours)
                        .log("Too many wrong passwords: no more are looked at for a while");
            }
            throw new BadCredentialsException("Wrong user or password");
        }
        return new SignedIn(new Caller(name, Role.OPERATOR, Credential.PASSWORD, Set.of()));
    }

    private boolean isRight(String password, String user, String address) {
        var stored = hash;
        if (known != null || stored == null) {
            return judged(isKnown(password), user, address);
        }
        // One at a time: guesses in parallel must not get past the throttle, nor take every core.
        oneAtATime.lock();
        try {
            throttle.mustWait(user, address).ifPresent(BuiltInOperator::refuse);
            boolean right = known != null ? isKnown(password) : matches(password, stored);
            if (right) {
                known = digest(password);
            }
            return judged(right, user, address);
        } finally {
            oneAtATime.unlock();
        }
    }

    private boolean matches(String password, String stored) {
        return password.getBytes(StandardCharsets.UTF_8).length <= LONGEST_PASSWORD && bcrypt.matches(password, stored);
    }

    private boolean judged(boolean right, String user, String address) {
        throttle.judge(user, address, right).ifPresent(BuiltInOperator::refuse);
        return right;
    }

    private static void refuse(Duration wait) {
        throw new TooManyTriesException(wait);
    }

    private boolean isKnown(String password) {
        var right = known;
        return right != null && MessageDigest.isEqual(right, digest(password));
    }

    private byte[] digest(String password) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
