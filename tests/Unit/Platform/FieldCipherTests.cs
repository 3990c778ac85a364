using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Heretix.Platform.Encryption;

namespace Heretix.Tests.Unit.Platform;

/// <summary>Encrypted fields come back as they were, where they were, or not at all.</summary>
public sealed class FieldCipherTests
{
    private static readonly EncryptionKey Old = new("2025", SHA256.HashData("old"u8));
    private static readonly EncryptionKey New = new("2026", SHA256.HashData("new"u8));

    [Fact]
    public void What_was_encrypted_decrypts_to_the_same_bytes()
    {
        var cipher = new FieldCipher([New]);
        Prop.ForAll<byte[], NonNull<string>>(
                (plain, purpose) =>
                    cipher.Decrypt(cipher.Encrypt(plain, purpose.Get), purpose.Get).AsSpan().SequenceEqual(plain)
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_change_of_any_bit_is_refused()
    {
        var cipher = new FieldCipher([New, Old]);
        var sealedText = cipher.Encrypt("a secret"u8, "tests.notes.text");
        for (var bit = 0; bit < sealedText.Length * 8; bit++)
        {
            var changed = sealedText.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Should.Throw<CryptographicException>(() => cipher.Decrypt(changed, "tests.notes.text"), $"bit {bit}");
        }
    }

    [Fact]
    public void A_text_that_was_cut_off_anywhere_is_refused()
    {
        var cipher = new FieldCipher([New]);
        var sealedText = cipher.Encrypt("a secret"u8, "p");
        for (var length = 0; length < sealedText.Length; length++)
            Should.Throw<CryptographicException>(() => cipher.Decrypt(sealedText.AsSpan(0, length), "p"));
    }

    [Fact]
    public void A_text_that_was_moved_to_another_field_is_refused()
    {
        var cipher = new FieldCipher([New]);
        Prop.ForAll<byte[], NonNull<string>, NonNull<string>>(
                (plain, there, here) =>
                {
                    if (there.Get == here.Get)
                        return true;
                    try
                    {
                        cipher.Decrypt(cipher.Encrypt(plain, there.Get), here.Get);
                        return false;
                    }
                    catch (CryptographicException)
                    {
                        return true;
                    }
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Two_texts_alike_are_encrypted_differently()
    {
        var cipher = new FieldCipher([New]);
        cipher.Encrypt("same"u8, "p").ShouldNotBe(cipher.Encrypt("same"u8, "p"));
    }

    [Fact]
    public async Task Many_threads_may_use_one_cipher()
    {
        var cipher = new FieldCipher([New, Old]);
        var before = new FieldCipher([Old]).Encrypt("from before"u8, "p");
        var stop = TestContext.Current.CancellationToken;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() => RoundTrips(thread), stop)));

        void RoundTrips(int thread)
        {
            for (var i = 0; i < 2000; i++)
            {
                var plain = SHA256.HashData(BitConverter.GetBytes((thread * 10_000) + i));
                cipher.Decrypt(cipher.Encrypt(plain, "p"), "p").ShouldBe(plain);
                cipher.Decrypt(before, "p").ShouldBe("from before"u8.ToArray());
            }
        }
    }

    [Fact]
    public void An_older_key_still_decrypts_and_its_texts_are_stale()
    {
        var before = new FieldCipher([Old]);
        var during = new FieldCipher([New, Old]);
        var after = new FieldCipher([New]);
        var text = before.Encrypt("a secret"u8, "p");
        before.IsStale(text).ShouldBeFalse();
        during.IsStale(text).ShouldBeTrue();
        during.Decrypt(text, "p").ShouldBe("a secret"u8.ToArray());
        var again = during.Encrypt(during.Decrypt(text, "p"), "p");
        during.IsStale(again).ShouldBeFalse();
        after.Decrypt(again, "p").ShouldBe("a secret"u8.ToArray());
        Should
            .Throw<CryptographicException>(() => after.Decrypt(text, "p"))
            .Message.ShouldContain("heretix rotate-keys");
    }

    [Fact]
    public void Whose_id_begins_like_another_does_not_pass_for_it()
    {
        var shorter = new FieldCipher([new EncryptionKey("a", New.Bytes)]);
        var longer = new FieldCipher([new EncryptionKey("ab", New.Bytes)]);
        shorter.IsStale(longer.Encrypt("x"u8, "p")).ShouldBeTrue();
        longer.IsStale(shorter.Encrypt("x"u8, "p")).ShouldBeTrue();
    }
}
