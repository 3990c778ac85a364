using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Passwords;

/// <summary>
/// Hashes and checks passwords with the framework's hasher (PBKDF2, HMAC-SHA512). Slow on purpose: never called while a
/// database connection is held, and never more at once than there are processors, so that a flood of sign-ins leaves the
/// other requests some. So many may wait for their turn; who comes then gets <see cref="HashingBusyException"/>.
/// </summary>
internal sealed class PasswordHashing : IDisposable
{
    private static readonly object Nobody = new();
    private static readonly int AtWork = Math.Max(1, Environment.ProcessorCount - 1);

    private readonly PasswordHasher<object> hasher;
    private readonly SemaphoreSlim turns = new(AtWork);

    /// <summary>Requests that are at work or wait, at most.</summary>
    private readonly int most;

    private int present;

    /// <summary>What unknown people are checked against, so that they take as long as known ones.</summary>
    private readonly Lazy<string> dummy;

    public PasswordHashing(IOptions<AccountsOptions> options)
    {
        hasher = new PasswordHasher<object>(
            Options.Create(new PasswordHasherOptions { IterationCount = options.Value.PasswordIterations })
        );
        most = AtWork + options.Value.HashingQueue;
        dummy = new Lazy<string>(() => hasher.HashPassword(Nobody, Guid.NewGuid().ToString()));
    }

    /// <summary>The hash of a new password, with its salt and parameters.</summary>
    /// <exception cref="HashingBusyException">Too many wait.</exception>
    public Task<string> HashAsync(Password password, CancellationToken cancellationToken) =>
        InTurnAsync(() => hasher.HashPassword(Nobody, password.Text), cancellationToken);

    /// <summary>Checks a password. Takes the same time whether there is a hash or not.</summary>
    /// <param name="hash">The hash of the account; null when there is no account, or it has no password.</param>
    /// <param name="password">What was shown.</param>
    /// <exception cref="HashingBusyException">Too many wait.</exception>
    public Task<PasswordMatch> CheckAsync(string? hash, Password password, CancellationToken cancellationToken) =>
        InTurnAsync(
            () =>
                hasher.VerifyHashedPassword(Nobody, hash ?? dummy.Value, password.Text) switch
                {
                    _ when hash is null => PasswordMatch.No,
                    PasswordVerificationResult.Success => PasswordMatch.Yes,
                    PasswordVerificationResult.SuccessRehashNeeded => PasswordMatch.YesByOldHash,
                    _ => PasswordMatch.No,
                },
            cancellationToken
        );

    public void Dispose() => turns.Dispose();

    private async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref present) > most)
                throw new HashingBusyException();
            await turns.WaitAsync(cancellationToken);
            try
            {
                return await Task.Run(work, cancellationToken);
            }
            finally
            {
                turns.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref present);
        }
    }
}

/// <summary>What came of checking a password.</summary>
internal enum PasswordMatch
{
    /// <summary>It is another one, or there is none.</summary>
    No,

    /// <summary>It is the one.</summary>
    Yes,

    /// <summary>It is the one, and its hash was made with less work than today's.</summary>
    YesByOldHash,
}
