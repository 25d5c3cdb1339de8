using System.IO.Compression;

namespace GymBridge.Agents.Tests.Checkpoints;

public class CheckpointFileTests
{
    [Fact]
    public void Load_DamagedAnywhere_IsRefusedAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        var bytes = Saved(folder);
        using var env = TestEnvs.Make("CartPole-v1", 2);
        for (var i = 0; i < 40; i++)
        {
            var damaged = bytes.ToArray();
            damaged[(int)((long)i * damaged.Length / 40)] ^= 0x55;
            Load(folder, damaged, env);
        }

        for (var i = 0; i < 20; i++)
        {
            Load(folder, bytes[..(i * bytes.Length / 20)], env);
        }
    }

    [Fact]
    public void Load_OneBitOfAnyPartFlipped_NamesThePart()
    {
        using var folder = new TemporaryFolder();
        Saved(folder);
        var path = folder.Combine("run.gym");
        using var env = TestEnvs.Make("CartPole-v1", 2);
        var names = ReadParts(path).Where(part => part.Value.Length > 0 && part.Key != "digests.json").Select(part => part.Key).ToList();
        Assert.Contains("policy.safetensors", names);
        foreach (var name in names)
        {
            var parts = ReadParts(path);
            parts[name][^1] ^= 1;
            WriteParts(folder.Combine("flipped.gym"), parts);
            var exception = Assert.Throws<InvalidDataException>(() => Ppo.Load(folder.Combine("flipped.gym"), env));
            Assert.Contains($"'{name}' of the checkpoint is damaged", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Save_CannotBeWritten_LeavesTheOldFileWhole()
    {
        using var folder = new TemporaryFolder();
        var bytes = Saved(folder);
        var path = folder.Combine("run.gym");
        using var other = new FileStream(path + ".new", FileMode.Create, FileAccess.Write, FileShare.None);
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 2);
        Assert.ThrowsAny<IOException>(() => ppo.Save(path));
        Assert.Equal(bytes, File.ReadAllBytes(path));
    }

    [Fact]
    public void Load_OtherLanes_SaysHowMany()
    {
        using var folder = new TemporaryFolder();
        Saved(folder);
        using var env = TestEnvs.Make("CartPole-v1", 3);
        var exception = Assert.Throws<ArgumentException>(() => Ppo.Load(folder.Combine("run.gym"), env));
        Assert.Contains("The run has 2 lanes, the environment 3", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_PolicyAlone_SaysThatItIsNoRun()
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var ppo = new Ppo(env, null, 1);
        ppo.Policy.Save(folder.Combine("policy.gym"));
        var exception = Assert.Throws<InvalidDataException>(() => Algorithm.Load(folder.Combine("policy.gym"), env));
        Assert.Contains("Policy.Load", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileIsMissing_NamesIt() =>
        Assert.Contains("no-such.gym", Assert.Throws<FileNotFoundException>(() => Policy.Load("no-such.gym")).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_FileOfAnotherKind_SaysThatSaveWroteNone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("notes.gym");
        File.WriteAllText(path, "not a checkpoint");
        var message = Assert.Throws<InvalidDataException>(() => Policy.Load(path)).Message;
        Assert.StartsWith($"'{path}' cannot be loaded: it is no file that Save wrote, or not the whole of it (", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_AfterAnUpdateThatThrew_BeginsEpisodesAnewAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        VectorEnv Env() => TestEnvs.Lanes(1, () => new ScriptedEnv([new(5)], null, (episode, step) => episode == 1 && step == 3 ? double.NaN : 1));
        using var env = Env();
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
        Assert.Throws<NonFiniteException>(() => ppo.Update());
        ppo.Save(folder.Combine("run.gym"));
        using var again = Env();
        var warnings = new List<string>();
        using var loaded = Ppo.Load(folder.Combine("run.gym"), again, warn: warnings.Add);
        Assert.Contains("begins new episodes", Assert.Single(warnings), StringComparison.Ordinal);
    }

    private static Dictionary<string, byte[]> ReadParts(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        return zip.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            return bytes;
        });
    }

    private static void WriteParts(string path, Dictionary<string, byte[]> parts)
    {
        File.Delete(path);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, bytes) in parts)
        {
            using var stream = zip.CreateEntry(name).Open();
            stream.Write(bytes);
        }
    }

    private static byte[] Saved(TemporaryFolder folder)
    {
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
        ppo.Update();
        ppo.Save(folder.Combine("run.gym"));
        return File.ReadAllBytes(folder.Combine("run.gym"));
    }

    // Damage in what a zip does not need (a time, an attribute) may go unnoticed; everything else is an InvalidDataException.
    private static void Load(TemporaryFolder folder, byte[] bytes, VectorEnv env)
    {
        var path = folder.Combine("damaged.gym");
        File.WriteAllBytes(path, bytes);
        try
        {
            using var ppo = Ppo.Load(path, env);
        }
        catch (InvalidDataException exception)
        {
            Assert.Contains("damaged.gym", exception.Message, StringComparison.Ordinal);
        }
    }
}
