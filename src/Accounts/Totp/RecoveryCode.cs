using System.Security.Cryptography;
using System.Text;
using Heretix.Accounts.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Heretix.Accounts.Totp;

/// <summary>
/// A code that stands in for the second factor once, for who has lost the phone: 120 random bits in six groups of four. From
/// 112 bits on a plain hash is enough, as there is nothing to guess (OWASP ASVS 5.0, 6.5.2). Using it deletes the row.
/// </summary>
internal sealed class RecoveryCode
{
    /// <summary>Codes of a set.</summary>
    public const int SetSize = 10;

    private const int Bytes = 15;
    private const int Letters = Bytes * 8 / 5;
    private const int GroupLength = 4;

    /// <summary>Longer texts are no codes, however many blanks are in them.</summary>
    private const int LongestText = 64;

    public Guid UserId { get; init; }

    /// <summary>SHA-256 of the code.</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>A new code as people get it.</summary>
    public static string New()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(bytes);
        return string.Join('-', Base32.Encode(bytes).Chunk(GroupLength).Select(group => new string(group)));
    }

    /// <summary>
    /// The hash of a code as people type it: in small letters too, with blanks or dashes or without, and with the digits that
    /// letters were taken for. False for what cannot be a code.
    /// </summary>
    public static bool TryHash(string? text, out byte[] hash)
    {
        hash = [];
        if (text is null or { Length: > LongestText })
            return false;
        var code = new StringBuilder(Letters);
        foreach (var letter in text)
        {
            if (letter is ' ' or '-')
                continue;
            code.Append(
                letter switch
                {
                    '0' => 'O',
                    '1' => 'I',
                    '8' => 'B',
                    _ => char.ToUpperInvariant(letter),
                }
            );
        }
        var normal = code.ToString();
        if (normal.Length != Letters || !normal.All(Base32.Alphabet.Contains))
            return false;
        hash = SHA256.HashData(Encoding.ASCII.GetBytes(normal));
        return true;
    }
}

internal sealed class RecoveryCodeMapping : IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<RecoveryCode> code)
    {
        code.ToTable("recovery_codes", AccountsModule.Schema);
        code.HasKey(c => new { c.UserId, c.CodeHash }).HasName("pk_recovery_codes");
        code.Property(c => c.UserId).HasColumnName("user_id");
        code.Property(c => c.CodeHash).HasColumnName("code_hash");
        code.HasOne<User>()
            .WithMany()
            .HasForeignKey(c => c.UserId)
            .HasConstraintName("fk_recovery_codes_users")
            .OnDelete(DeleteBehavior.Cascade);
    }
}
