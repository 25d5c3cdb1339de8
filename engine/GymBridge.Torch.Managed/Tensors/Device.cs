namespace TorchSharp
{
    public enum DeviceType
    {
        CPU = 0,
        CUDA = 1,
        MKLDNN = 2,
        OPENGL = 3,
        OPENCL = 4,
        IDEEP = 5,
        HIP = 6,
        FPGA = 7,
        MSNPU = 8,
        XLA = 9,
        MPS = 13,
        META = 14,
    }

    public static partial class torch
    {
        public static readonly Device CPU = new(DeviceType.CPU, -1);

        public static readonly Device META = new(DeviceType.META, -1);

        public static Device CUDA => InitializeDevice(new Device(DeviceType.CUDA, 0));

        public static Device MPS => InitializeDevice(new Device(DeviceType.MPS, 0));

        public static Device device(string description) => new(description);

        public static Device device(string deviceType, int index = -1) => new(deviceType, index);

        public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

        public static Device device(int index) => new(index);

        public static Device InitializeDevice(Device? device)
        {
            var d = device ?? CPU;
            InitializeDeviceType(d.type);
            return d;
        }

        public static void InitializeDeviceType(DeviceType deviceType)
        {
            if (!TryInitializeDeviceType(deviceType))
            {
                throw new InvalidOperationException(
                    $"Torch device type {deviceType} did not initialise on the current machine: GymBridge's managed tensor engine has the CPU only. {Errors.WayOut}");
            }
        }

        public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType == DeviceType.CPU;

        public static bool cuda_is_available() => false;

        public static bool mps_is_available() => false;

        public static Device get_default_device() => CPU;

        public static void set_default_device(Device device) => InitializeDevice(device);

        public static void set_default_device(string device) => InitializeDevice(new Device(device));

        public class Device
        {
            public Device(string description)
            {
                var parts = description.Split(':');
                type = Parse(parts[0]);
                index = parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : -1;
            }

            public Device(string deviceType, int index = -1)
            {
                type = Parse(deviceType);
                this.index = index;
            }

            public Device(DeviceType deviceType, int index = -1)
            {
                type = deviceType;
                this.index = index;
            }

            public Device(int index)
            {
                type = DeviceType.CUDA;
                this.index = index;
            }

            public DeviceType type { get; }

            public int index { get; } = -1;

            public static implicit operator Device(string description) => new(description);

            public override string ToString() => type.ToString().ToLowerInvariant() + (index < 0 || type == DeviceType.CPU ? string.Empty : $":{index}");

            private static DeviceType Parse(string name) => Enum.TryParse<DeviceType>(name, ignoreCase: true, out var t)
                ? t
                : throw new ArgumentException($"Unknown device type '{name}'.");
        }

        public static class cuda
        {
            public static bool is_available() => false;

            public static bool is_cudnn_available() => false;

            public static int device_count() => 0;

            public static void manual_seed(long seed)
            {
            }

            public static void manual_seed_all(long seed)
            {
            }

            public static void synchronize(Device? device = null) => InitializeDeviceType(DeviceType.CUDA);
        }
    }
}
